// Loads a binding that is not in its place yet, in a process of its own, and prints what came of it: node tfjs-trial.js PACKAGE FILE
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bindingNames, findPackage, loadBinding } from '@kindling/core/internal/tensorflow';
import { searchWorkingFolder } from '@kindling/core/tfjs';
import type { TrialResult } from './try-binding.ts';

/** The dependency by which the package finds its binding. */
const FINDER = '@mapbox/node-pre-gyp';

function tryBinding(asked: string | undefined, file: string | undefined): TrialResult {
  const name = bindingNames.find((known) => known === asked);
  if (name === undefined || file === undefined)
    return { error: `expected a package and a file, got ${asked} and ${file}` };
  searchWorkingFolder();
  const { folder } = findPackage(name);
  // Its exports cannot be written to, but be replaced.
  const require = createRequire(join(folder, 'package.json'));
  const finder = require.resolve(FINDER);
  require(finder);
  require.cache[finder]!.exports = { find: () => file };
  const { tf, tensorflow, withoutGpu } = loadBinding(name);
  const product = tf.tidy(() => [
    ...tf
      .matMul(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      )
      .dataSync(),
  ]);
  if (String(product) !== '19,22,43,50') return { error: `expected the product 19,22,43,50, got ${product}` };
  if (!tensorflow) return { error: 'the binding does not report the version of TensorFlow' };
  return { tensorflow, withoutGpu };
}

const [, , name, file] = process.argv;
let result: TrialResult;
try {
  result = tryBinding(name, file);
} catch (error) {
  result = { error: error instanceof Error ? error.message : String(error) };
}
process.stdout.write(`${JSON.stringify(result)}\n`);
