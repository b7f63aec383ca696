import type { Command } from 'commander';
import { createOutput } from '../../terminal/output.ts';
import type { SetupOptions } from './setup.ts';

const epilogue = `
DIR is the folder of the Python package tensorflow, or of an unpacked
libtensorflow. Without --tensorflow, these places are searched in order:
KINDLING_TENSORFLOW, the Python on the path, VIRTUAL_ENV, CONDA_PREFIX,
/usr/local, /usr, /opt/libtensorflow, /opt/homebrew.

  pip install --no-deps tensorflow-cpu
  npm install --ignore-scripts @tensorflow/tfjs-node
  kindling tfjs setup
  kindling train mnist --device tfjs

Nothing is downloaded. The new binding replaces an existing one only after it
has passed a test; the old one is kept as a backup.`;

export function defineTfjs(program: Command): void {
  const tfjs = program.command('tfjs').description('set up the device tfjs');

  tfjs
    .command('setup')
    .description('compile the binding of an installed @tensorflow/tfjs-node or -gpu')
    .option('--tensorflow <dir>', 'folder of the TensorFlow to link to')
    .option('--json', 'print JSON lines')
    .addHelpText('after', epilogue)
    .action(async (options: SetupOptions & { readonly json?: boolean }) => {
      const { setup } = await import('./setup.ts');
      setup(options, createOutput(options));
    });
}
