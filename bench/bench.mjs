// npm run bench: sets up and builds what is measured, then measures. Arguments go to the bench: npm run bench -- --help
import { join } from 'node:path';
import { mustRun, run, setup } from '../scripts/setup.mjs';

setup();
mustRun(
  'turbo',
  ['run', 'build', '--filter=@kindling/bench...', '--filter=kindling...', '--output-logs=errors-only'],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
process.exit(run(process.execPath, [join(import.meta.dirname, 'dist', 'main.js'), ...process.argv.slice(2)]));
