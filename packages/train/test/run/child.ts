// A training process of its own, for tests that kill it: child.ts <runs> <experiment file> [--resume]
import { loadExperiment, runExperiment } from '../../src/index.ts';

const [runs, file, resume] = process.argv.slice(2);
const controller = new AbortController();
process.on('SIGINT', () => controller.abort());
const { status } = await runExperiment(await loadExperiment(file!), {
  runs,
  resume: resume === '--resume',
  signal: controller.signal,
  onEvent: (event) => process.stdout.write(`${event.type}\n`),
});
process.exitCode = status === 'completed' ? 0 : 130;
