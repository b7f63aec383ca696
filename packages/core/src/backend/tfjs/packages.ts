import { DeviceError } from '../../errors.ts';
import { lookupFile } from '../package-folder.ts';
import { missingCudaLibraries, searchedFolders } from './libraries.ts';
import type { Tensorflow } from './tensorflow.ts';

/** Folders from which packages are looked up: this package's, and where the program runs. */
function lookupPlaces(): readonly string[] {
  const { join } = process.getBuiltinModule('node:path');
  return [lookupFile('tfjs'), join(process.cwd(), 'package.json')];
}

/** The file that a package's name leads to, or undefined where it is not installed. */
function resolved(name: string): string | undefined {
  const { createRequire } = process.getBuiltinModule('node:module');
  for (const place of lookupPlaces()) {
    try {
      return createRequire(place).resolve(name);
    } catch {}
  }
  return undefined;
}

function assertNode(): void {
  if (typeof process === 'undefined' || process.getBuiltinModule === undefined) {
    throw new DeviceError('expected Node.js 20.16 or later, got another runtime');
  }
}

/** The file of a package. Throws {@link DeviceError} where it is not installed. */
function fileOf(name: string): string {
  assertNode();
  const file = resolved(name);
  if (file !== undefined) return file;
  const { dirname } = process.getBuiltinModule('node:path');
  const from = lookupPlaces().map(dirname).join(' and from ');
  throw new DeviceError(`${name} is not installed (looked from ${from})`);
}

/** Loads a package. Throws {@link DeviceError} where it is not installed; errors of the package itself come through. */
export function requirePackage(name: string): unknown {
  const file = fileOf(name);
  return process.getBuiltinModule('node:module').createRequire(file)(file);
}

/** TensorFlow.js' operations without an engine. */
export const requireCore = (): Tensorflow => requirePackage('@tensorflow/tfjs-core') as Tensorflow;

/** Functions of `util` that the bindings call and that Node 23 and later do not have. */
const removedFromUtil = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: Array.isArray,
};

function restoreUtil(): void {
  const util = process.getBuiltinModule('node:util') as unknown as Record<string, unknown>;
  for (const [name, fn] of Object.entries(removedFromUtil)) util[name] ??= fn;
}

/** What of the backends in tfjs-node is looked at here. */
interface NodeEngine {
  readonly isGPUPackage?: boolean;
  readonly isUsingGpuDevice?: boolean;
}

/** Packages that loaded and cannot be used, with the reason. Loading them again would not register their engine again. */
const refusals = new Map<string, string>();

/** The folder that a binding's TensorFlow library is unpacked to. */
function bindingFolder(name: string): string {
  const { dirname, join } = process.getBuiltinModule('node:path');
  const file = resolved(`${name}/package.json`);
  return file === undefined ? name : join(dirname(file), 'deps', 'lib');
}

function reasonFor(name: string, error: unknown): string {
  const text = error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
  const isDlopen = error instanceof Error && 'code' in error && error.code === 'ERR_DLOPEN_FAILED';
  if (isDlopen || /lib\w+\.so|\.dll|\.dylib/.test(text)) {
    return `${name} did not load: ${text}; libraries were looked for in ${searchedFolders(bindingFolder(name))}`;
  }
  return `${name} did not load: ${text}; \`npm rebuild ${name}\` runs its install script, which brings the binding and libtensorflow (to ${bindingFolder(name)})`;
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

function withoutGpu(name: string): string {
  const folder = bindingFolder(name);
  const missing = missingCudaLibraries(folder);
  const cause =
    missing.length > 0
      ? `expected CUDA 11 and cuDNN 8, found no ${missing.join(', ')} in ${searchedFolders(folder)}`
      : 'expected a GPU with a driver for CUDA 11 (nvidia-smi lists them)';
  return `${name} loaded, but TensorFlow sees no GPU: ${cause}`;
}

/** Loads a binding to libtensorflow and makes it TensorFlow.js' engine. Throws {@link DeviceError} with the reason why not. */
export function requireBinding(name: '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node'): Tensorflow {
  fileOf(name);
  const refusal = refusals.get(name);
  if (refusal !== undefined) throw new DeviceError(refusal);
  restoreUtil();
  const restore = remembered();
  let tf: Tensorflow;
  try {
    tf = requirePackage(name) as Tensorflow;
  } catch (error) {
    restore();
    throw new DeviceError(reasonFor(name, error));
  }
  // Not set by loading where the program had loaded the package before, and set another engine.
  if (tf.getBackend() !== 'tensorflow') void tf.setBackend('tensorflow');
  const engine = tf.backend() as NodeEngine;
  if (engine.isGPUPackage && !engine.isUsingGpuDevice) {
    restore();
    refusals.set(name, withoutGpu(name));
    throw new DeviceError(refusals.get(name)!);
  }
  return tf;
}
