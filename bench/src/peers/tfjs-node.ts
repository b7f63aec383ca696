import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import { checkoutRoot } from '../package-root.ts';
import type { Peer, Versions } from './peer.ts';
import { openTfjs } from './tfjs.ts';

const name = '@tensorflow/tfjs-node';

/** Folders that the package may be installed in, the named one first. */
const places = (): string[] => {
  const { KINDLING_BENCH_TFJS_NODE: asked } = process.env;
  return asked ? [asked] : [join(checkoutRoot, '.python-tools', 'tensorflow-node'), checkoutRoot];
};

function requireIn(place: string): ((name: string) => unknown) | undefined {
  const require = createRequire(join(place, 'package.json'));
  try {
    require.resolve(name);
    return require;
  } catch {
    return undefined;
  }
}

/** What of the package is used here; its operations are those of TensorFlow.js' core, which share one engine. */
interface TfjsNode {
  readonly version: Readonly<Record<string, string>>;
  backend(): { readonly binding: { readonly TF_Version: string } };
}

/**
 * Loads an installed tfjs-node, which registers TensorFlow as the engine `tensorflow`.
 *
 * @returns its version, and that of the TensorFlow below.
 * @throws where none is installed, or its binding does not load.
 */
function loadTfjsNode(): Versions {
  const require = places()
    .map(requireIn)
    .find((found) => found !== undefined);
  if (require === undefined) {
    throw new Error(`${name} is not installed in ${places().join(' or ')}`);
  }
  // Its binding's JavaScript calls functions that Node 23 no longer has.
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [key, value] of Object.entries(removed)) {
    if (!(key in util)) Object.assign(util, { [key]: value });
  }
  const tf = require(name) as TfjsNode;
  return { [name]: tf.version['tfjs-node'] ?? 'unknown', TensorFlow: tf.backend().binding.TF_Version };
}

/** TensorFlow.js on TensorFlow itself. */
export const openTfjsNode = (): Promise<Peer> => openTfjs('tensorflow', loadTfjsNode());
