// npm run test:runtimes: installs what would be published and runs the tutorial of XOR under Deno and Bun, on each engine; what it prints
// is what it prints under Node.js, and its losses are the same to the last bit. Then threads of the engine as WebAssembly. tools/runtime
// pins both, .runtime-tools holds them.
//
//   --packed   takes release/*.tgz as they are; else they are made from what is built
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PinnedTools } from '../pinned-tools.mjs';
import { root } from '../setup.mjs';
import { output } from './command.mjs';
import { lossesOfNode, roundingOf } from './node-losses.mjs';
import { installed, librariesOf, takeTarballs } from './tarballs.mjs';

/** Engines of the device `cpu`; WebAssembly as the runtime has it, and with the instructions that all have. */
const engines = [
  { KINDLING_BACKEND: 'native' },
  { KINDLING_BACKEND: 'wasm' },
  { KINDLING_BACKEND: 'wasm', KINDLING_ISA: 'simd128' },
];

const say = (text) => process.stderr.write(`runtimes: ${text}\n`);

/** Node.js 20 runs TypeScript through tsx. */
const tsx = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
const node = { name: 'Node.js', command: process.execPath, args: ['--import', `file://${tsx}`] };

/** Deno and Bun in the packages of this platform: those that bear their names are complete after an install script alone. */
function runtimes() {
  const tools = new PinnedTools('runtime');
  if (!tools.areInstalled) {
    say(`installing Deno and Bun into ${tools.folder} (once)`);
    tools.install();
  }
  const { platform, arch } = process;
  const ending = platform === 'win32' ? '.exe' : '';
  const deno = `${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`;
  const bun = `${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`;
  return [
    {
      name: 'Deno',
      command: join(tools.modules, '@deno', deno, `deno${ending}`),
      // A native library may do anything, and Deno asks for leave to load one.
      args: ['run', '--allow-all', '--node-modules-dir=manual'],
    },
    { name: 'Bun', command: join(tools.modules, '@oven', `bun-${bun}`, 'bin', `bun${ending}`), args: [] },
  ];
}

const folder = installed(librariesOf(await takeTarballs(process.argv.includes('--packed'))), []);

function print({ command, args }, program, engine) {
  const env = { ...engine, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
  const { stdout, stderr } = output(command, [...args, program], { cwd: folder, env });
  assert.equal(stderr, '');
  // Runtimes break lines of arrays in different places.
  return stdout.trim().replaceAll(/\s+/g, ' ');
}

try {
  cpSync(join(import.meta.dirname, 'consumer', 'web'), folder, { recursive: true });
  copyFileSync(join(root, 'examples', 'xor.ts'), join(folder, 'xor.ts'));
  const losses = lossesOfNode(folder);
  const tutorials = { together: print(node, 'xor.ts', engines[0]), apart: print(node, 'xor.ts', engines[2]) };
  for (const tutorial of Object.values(tutorials)) {
    assert.match(tutorial, /^0 0\.7434073 .* 10000 0\.0012345 .* predicted \[ 0, 1, 1, 0 \] accuracy 1 XOR /);
  }
  for (const runtime of runtimes()) {
    if (!existsSync(runtime.command)) {
      say(`${runtime.name}: left out, there is none for ${process.platform} on ${process.arch}`);
      continue;
    }
    const { stdout: version } = output(runtime.command, ['--version'], { cwd: folder });
    const name = `${runtime.name} ${/\d+\.\d+\.\d+/.exec(version)}`;
    for (const engine of engines) {
      const told = JSON.parse(print(runtime, 'losses.js', engine));
      assert.equal(told.engine, engine.KINDLING_BACKEND, name);
      assert.deepEqual(told.losses, losses[roundingOf(told)], name);
      assert.equal(print(runtime, 'xor.ts', engine), tutorials[roundingOf(told)], name);
      say(`${name}, ${told.engine}: ${told.result}; as Node.js ${process.version}`);
    }
    const shared = JSON.parse(print(runtime, 'threads.js', { KINDLING_BACKEND: 'wasm' }));
    assert.deepEqual(shared, { threads: 3, workers: 2, isSame: true }, name);
    say(`${name}, wasm: the same bits with two workers`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
