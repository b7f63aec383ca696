// Holds the floors inside packages/core: value imports only go down. Type-only imports may point up.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages', 'core', 'src');

/** From the ground up; a file belongs to the first entry that its path starts with. */
const floors = [
  [
    'base64.ts',
    'errors.ts',
    'host.ts',
    'nearest-name.ts',
    'options.ts',
    'dtype.ts',
    'version.ts',
    'identity.ts',
    'arguments.ts',
    'spatial.ts',
    'shape.ts',
    'synchronous.ts',
    'scope.ts',
    'synchronous.ts',
    'random/',
  ],
  [
    'backend/backend.ts',
    'backend/kernels.ts',
    'backend/kernels/',
    'backend/capture.ts',
    'backend/range-error.ts',
    'backend/placed-call.ts',
    'backend/package-folder.ts',
    'backend/devices.ts',
    'capture/context.ts',
  ],
  ['backend/', 'ops/', 'capture/dynamic.ts'],
  ['autograd/'],
  ['tensor/', 'tensor.ts'],
  [
    'engines.ts',
    'engines.browser.ts',
    'device.ts',
    'ready.ts',
    'assert-range.ts',
    'create.ts',
    'draw.ts',
    'optimizer-step.ts',
    'reduce-in-place.ts',
    'stream-collective.ts',
    'view-of.ts',
    'combine.ts',
    'einsum.ts',
    'cuda.ts',
    'gradcheck.ts',
    'capture/',
  ],
  ['nn/', 'nn.ts', 'serialize/'],
  [
    'index.ts',
    'internal.ts',
    'internal-errors.ts',
    'internal-engines.ts',
    'internal-tensorflow.ts',
    'tfjs.ts',
  ],
];

const floorOf = (path) => floors.findIndex((floor) => floor.some((prefix) => path.startsWith(prefix)));

const files = readdirSync(source, { recursive: true })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));

const problems = files.flatMap((file) => {
  const floor = floorOf(file);
  if (floor < 0) return [`${file}: expected a floor in scripts/floors.mjs, found none`];
  const text = readFileSync(join(source, file), 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^'";]*?from\s+'(\.[^']+)'/gms)];
  return imports
    .map(([, target]) => relative(source, join(source, dirname(file), target)).replaceAll('\\', '/'))
    .filter((target) => floorOf(target) > floor)
    .map(
      (target) =>
        `${file} (floor ${floor}): expected imports from floors up to ${floor}, got ${target} (floor ${floorOf(target)})`,
    );
});

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
