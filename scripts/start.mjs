// npm start: sets up, builds, then trains a digit classifier and shows its curve. MNIST where its files can be had, else
// procedurally drawn digits. Arguments go to `kindling train`: npm start -- --epochs 3
import { join } from 'node:path';
import { mustRun, root, run, setup } from './setup.mjs';

setup();
mustRun('turbo', ['run', 'build', '--output-logs=errors-only', '--log-order=grouped'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

const kindling = join(root, 'apps', 'cli', 'bin', 'kindling.mjs');
const hasMnist = run(process.execPath, [kindling, 'data', 'download', 'mnist']) === 0;
if (!hasMnist) {
  process.stderr.write(
    'MNIST could not be had, so the digits are drawn procedurally instead (kindling data info digits)\n',
  );
}
process.exit(
  run(process.execPath, [kindling, 'train', hasMnist ? 'mnist' : 'digits', ...process.argv.slice(2)]),
);
