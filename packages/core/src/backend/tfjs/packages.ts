import { DeviceError } from '../../errors.ts';
import { expectedGpu, missingCuda, searchedFolders } from './libraries.ts';
import { type BindingName, fileOf, findPackage } from './lookup.ts';
import { readSetupRecord } from './setup-record.ts';
import { withoutStartUpLines } from './start-up-lines.ts';
import type { Tensorflow } from './tensorflow.ts';

/** Loads a package. @throws DeviceError where it is not installed or may not be loaded; errors of the package itself come through. */
export function requirePackage(name: string): unknown {
  const file = fileOf(name);
  return process.getBuiltinModule('node:module').createRequire(file)(file);
}

/** TensorFlow.js' operations without an engine. */
export const requireCore = (): Tensorflow => requirePackage('@tensorflow/tfjs-core') as Tensorflow;

/** Functions of `util` that the bindings call. Node 22 warns of a call and later versions do not have them. */
const formerUtil = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: Array.isArray,
};

function restoreUtil(): void {
  Object.assign(process.getBuiltinModule('node:util'), formerUtil);
}

/** What of the backends in tfjs-node is looked at here. */
interface NodeEngine {
  readonly isGPUPackage?: boolean;
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

/** A binding that was loaded and is TensorFlow.js' engine. */
export interface LoadedBinding {
  readonly tf: Tensorflow;
  /** The version of TensorFlow, as its library tells it. */
  readonly tensorflow: string | undefined;
  /** Why no GPU takes part, for the package that is there for one. */
  readonly withoutGpu: string | undefined;
}

/** The TensorFlow that the packages of TensorFlow.js 4 are made for, where nothing tells another. */
const OWN_TENSORFLOW = '2.9.1';

/** The folder that a binding's TensorFlow is in: the one it was set up with, or the one that the package's install script unpacks. */
export function tensorflowFolderOf(name: BindingName): { readonly version: string; readonly folder: string } {
  const { join } = process.getBuiltinModule('node:path');
  const installed = findPackage(name);
  const own = { version: OWN_TENSORFLOW, folder: join(installed.folder, 'deps', 'lib') };
  try {
    return readSetupRecord(installed)?.tensorflow ?? own;
  } catch {
    return own;
  }
}

function reasonFor(name: BindingName, error: unknown): string {
  const text = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
  const { folder } = tensorflowFolderOf(name);
  const isDlopen = error instanceof Error && 'code' in error && error.code === 'ERR_DLOPEN_FAILED';
  if (isDlopen || /lib\w+\.so|\.dll|\.dylib/.test(text)) {
    return `${name} did not load: ${text}; searched for libraries in ${searchedFolders(folder)}; \`kindling tfjs setup\` links it to an installed TensorFlow`;
  }
  return `${name} did not load: ${text}; \`kindling tfjs setup\` compiles the binding for an installed TensorFlow, \`npm rebuild ${name}\` downloads both (to ${folder})`;
}

/** Returns what undoes the changes that loading a package makes to the engines that are registered and set. */
function remembered(): () => void {
  let tf: Tensorflow;
  try {
    tf = requireCore();
  } catch {
    return () => {};
  }
  const names = tf.engine().backendNames();
  const current = tf.engine().backendName;
  return () => {
    for (const name of tf.engine().backendNames()) if (!names.includes(name)) tf.removeBackend(name);
    if (current && current !== tf.engine().backendName) void tf.setBackend(current);
  };
}

function withoutGpu(name: BindingName, version: string | undefined): string {
  const { version: known, folder } = tensorflowFolderOf(name);
  const cause = missingCuda(version ?? known, folder) ?? expectedGpu(version ?? known);
  return `${name} loaded, but TensorFlow sees no GPU: ${cause}`;
}

/**
 * Loads a binding to libtensorflow and makes it TensorFlow.js' engine.
 *
 * @throws DeviceError with the reason why it does not load.
 */
export function loadBinding(name: BindingName): LoadedBinding {
  fileOf(name);
  restoreUtil();
  const restore = remembered();
  try {
    return withoutStartUpLines(() => {
      const tf = requirePackage(name) as Tensorflow;
      // Not set by loading where the program had loaded the package before, and set another engine.
      if (tf.getBackend() !== 'tensorflow') void tf.setBackend('tensorflow');
      const engine = tf.backend() as NodeEngine;
      const tensorflow = engine.binding?.TF_Version;
      const lacksGpu = engine.isGPUPackage === true && engine.isUsingGpuDevice !== true;
      return { tf, tensorflow, withoutGpu: lacksGpu ? withoutGpu(name, tensorflow) : undefined };
    });
  } catch (error) {
    restore();
    throw new DeviceError(reasonFor(name, error));
  }
}

/** Packages that loaded and cannot be used, with the reason. Loading them again would not register their engine again. */
const refusals = new Map<string, string>();

/** As {@link loadBinding}, and throws also where a package that is there for a GPU finds none. */
export function requireBinding(name: BindingName): LoadedBinding {
  fileOf(name);
  const refusal = refusals.get(name);
  if (refusal !== undefined) throw new DeviceError(refusal);
  const restore = remembered();
  const loaded = loadBinding(name);
  if (loaded.withoutGpu !== undefined) {
    restore();
    refusals.set(name, loaded.withoutGpu);
    throw new DeviceError(loaded.withoutGpu);
  }
  return loaded;
}
