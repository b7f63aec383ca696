// The parts of npm run test:reliability, in their order. A part is a file that exports `title` and `run(context)`; it counts its
// cases in `context.tally` (see tally.mjs), takes its random numbers from `context.random`, and does more where `context.full`.
export const parts = ['kills', 'faults', 'hostile-folders', 'readers', 'tensor-api', 'processes'];
