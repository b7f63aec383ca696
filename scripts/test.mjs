// npm test: sets up, then builds, type-checks and tests every package.
import { mustRun, setup } from './setup.mjs';

setup();
mustRun('turbo', [
  'run',
  'build',
  'typecheck',
  'test',
  '--concurrency=2',
  '--output-logs=new-only',
  ...process.argv.slice(2),
]);
