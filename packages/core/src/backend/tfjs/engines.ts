import { DeviceError } from '../../errors.ts';
import { environment } from '../../host.ts';
import type { Candidate } from '../devices.ts';
import { inspectBinding, inspectRegistered } from './inspect.ts';
import type { BindingName } from './lookup.ts';
import { requireBinding, requireCore, requirePackage } from './packages.ts';
import type { Tensorflow } from './tensorflow.ts';
import type { TensorflowModule } from './tensorflow-module.ts';
import { TfjsBackend } from './tfjs.ts';

/** What KINDLING_TFJS_ENGINE may be. */
const engineNames = ['node-gpu', 'node', 'wasm', 'cpu'] as const;
type EngineName = (typeof engineNames)[number];

function forcedEngine(): EngineName | undefined {
  const forced = environment('KINDLING_TFJS_ENGINE');
  if (forced === undefined || forced === '') return undefined;
  const known = engineNames.find((name) => name === forced);
  if (known === undefined) {
    throw new DeviceError(`KINDLING_TFJS_ENGINE: expected one of ${engineNames.join(', ')}, got ${forced}`);
  }
  return known;
}

let chosen: Tensorflow | undefined;
let opened: TfjsBackend | undefined;

/**
 * Makes a TensorFlow.js that the program has loaded, with the engine that is set in it, the device `tfjs`. To be called before the
 * device is first used.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { useTensorflow } from '@kindling/core/tfjs';
 *
 * await tf.setBackend('wasm');
 * useTensorflow(tf);
 * ```
 *
 * Throws {@link DeviceError} where another one is the device already, and where no engine is ready.
 */
export function useTensorflow(tf: TensorflowModule): void {
  if (opened !== undefined && tf !== chosen) {
    throw new DeviceError(
      'useTensorflow: expected to be called before the device tfjs is used, but it is open',
    );
  }
  readyEngine(tf);
  chosen = tf as Tensorflow;
}

/** The name of the engine set in a TensorFlow.js. */
function readyEngine(tf: TensorflowModule): string {
  const registered = tf.engine().backendNames();
  if (registered.length === 0) {
    throw new DeviceError(
      "no engine is registered; import one in the program, such as '@tensorflow/tfjs-backend-wasm', or set KINDLING_TFJS_ENGINE",
    );
  }
  try {
    tf.backend();
  } catch {
    throw new DeviceError(
      `${registered.join(', ')} ${registered.length > 1 ? 'are' : 'is'} registered but not ready; await tf.setBackend(…) or tf.ready() in the program`,
    );
  }
  return tf.getBackend();
}

/** The engine that the program has registered, or one that only has to be imported. */
function registered(forced: EngineName | undefined): Tensorflow {
  const tf = chosen ?? requireCore();
  if (forced === 'cpu' && chosen === undefined) {
    requirePackage('@tensorflow/tfjs-backend-cpu');
    void tf.setBackend('cpu');
  }
  const engine = readyEngine(tf);
  if (forced !== undefined && engine !== forced) {
    throw new DeviceError(
      `KINDLING_TFJS_ENGINE is ${forced}, but TensorFlow.js' engine is ${engine}; await tf.setBackend('${forced}') in the program`,
    );
  }
  return tf;
}

/** An engine of TensorFlow.js that is ready to work. */
interface Ready {
  readonly tf: Tensorflow;
  /** The version of TensorFlow, where one is behind it. */
  readonly tensorflow?: string | undefined;
}

interface Way {
  /** The engine, as the table of devices has it. */
  readonly engine: string;
  readonly serves: readonly EngineName[];
  load(forced: EngineName | undefined): Ready;
  /** What `load` would find, without running anything. */
  inspect(forced: EngineName | undefined): string;
}

function candidate({ engine, serves, load, inspect }: Way): Candidate {
  /** The engine that is forced. Throws where it is another one. */
  const mayTry = (index: number): EngineName | undefined => {
    if (index > 0) throw new DeviceError(`expected tfjs or tfjs:0, got tfjs:${index}`);
    const forced = forcedEngine();
    if (forced !== undefined && !serves.includes(forced)) {
      throw new DeviceError(`not tried, because KINDLING_TFJS_ENGINE is ${forced}`);
    }
    if (chosen !== undefined && engine !== 'tfjs') {
      throw new DeviceError('not tried, because the program called useTensorflow');
    }
    return forced;
  };
  return {
    engine,
    open: (index) => {
      if (index === 0 && opened?.name === engine) return opened;
      const { tf, tensorflow } = load(mayTry(index));
      opened = new TfjsBackend(engine, tf, tensorflow);
      return opened;
    },
    inspect: (index) => {
      if (index === 0 && opened !== undefined) {
        if (opened.name === engine) return opened.description;
        throw new DeviceError(`not tried, because the device uses ${opened.name}`);
      }
      return inspect(mayTry(index));
    },
  };
}

const binding = (name: BindingName, engine: string, serves: EngineName): Candidate =>
  candidate({
    engine,
    serves: [serves],
    load: () => requireBinding(name),
    inspect: () => inspectBinding(name),
  });

/** The ways to serve the device `tfjs`: TensorFlow's kernels for a GPU, those for the CPU, and what the program brings. */
export const tfjsCandidates: readonly Candidate[] = [
  binding('@tensorflow/tfjs-node-gpu', 'tfjs-node-gpu', 'node-gpu'),
  binding('@tensorflow/tfjs-node', 'tfjs-node', 'node'),
  candidate({
    engine: 'tfjs',
    serves: ['wasm', 'cpu'],
    load: (forced) => ({ tf: registered(forced) }),
    // An engine that the program has set up is looked at as it is: that runs nothing new.
    inspect: (forced) =>
      chosen === undefined
        ? inspectRegistered(forced)
        : `TensorFlow.js ${chosen.version_core}, engine ${readyEngine(chosen)}`,
  }),
];
