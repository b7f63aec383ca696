// npm run test:tfjs: the device `tfjs` on a TensorFlow of today. Installs @tensorflow/tfjs-node without its scripts into a folder of its
// own, lets `kindling tfjs setup` compile its binding for the TensorFlow in .python-tools/tensorflow, and runs core's conformance suites
// and the tutorials' programs on it. Two minutes on two cores.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root, run, setup } from './setup.mjs';

/** The version whose binding is compiled; TensorFlow.js has had none since. */
const PACKAGE = '@tensorflow/tfjs-node';
const VERSION = '4.22.0';

const tools = join(root, '.python-tools');

/** The package folder of the wheel that `npm run python-tools -- tensorflow` installs. */
function wheel() {
  const library = join(tools, 'tensorflow', 'lib');
  if (!existsSync(library)) return undefined;
  return readdirSync(library)
    .map((python) => join(library, python, 'site-packages', 'tensorflow'))
    .find((folder) => existsSync(folder));
}

/** The folder in which the package is installed, as a user would install it. */
function project() {
  const folder = join(tools, 'tensorflow-node');
  const manifest = join(folder, 'node_modules', ...PACKAGE.split('/'), 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === VERSION) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
  mustRun('npm', ['install', '--ignore-scripts', ...quietly, `${PACKAGE}@${VERSION}`], { cwd: folder });
  return folder;
}

const tensorflow = wheel();
if (tensorflow === undefined) {
  process.stderr.write(
    `test:tfjs: left out, no TensorFlow in ${join(tools, 'tensorflow')}; npm run python-tools -- tensorflow brings it on Linux\n`,
  );
  process.exit(0);
}

setup();
mustRun('turbo', ['run', 'build', '--output-logs=errors-only']);
const folder = project();
const cli = join(root, 'apps', 'cli');
mustRun('node', [join(cli, 'bin', 'kindling.mjs'), 'tfjs', 'setup', '--tensorflow', tensorflow], {
  cwd: folder,
});

const env = { KINDLING_TEST_TFJS: folder };
const failed = [
  run('vitest', ['run', '--project=tfjs (node)'], { cwd: join(root, 'packages', 'core'), env }),
  run('vitest', ['run', 'test/tfjs/tutorials.test.ts'], { cwd: cli, env }),
].some((code) => code !== 0);
process.exit(failed ? 1 : 0);
