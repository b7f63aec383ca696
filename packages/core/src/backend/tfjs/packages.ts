import { DeviceError } from '../../errors.ts';
import { missingCudaLibraries, searchedFolders } from './libraries.ts';
import type { Tensorflow } from './tensorflow.ts';

/** Folders from which packages are looked up: this package's, and where the program runs. */
function lookupPlaces(): readonly string[] {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const { join } = process.getBuiltinModule('node:path');
  return [fileURLToPath(import.meta.url), join(process.cwd(), 'package.json')];
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

/** Loads an installed package. Throws {@link DeviceError} where it isn't there; errors of the package itself come through. */
export function requirePackage(name: string): unknown {
  assertNode();
  const file = resolved(name);
  if (file === undefined) {
    const { dirname } = process.getBuiltinModule('node:path');
    const from = lookupPlaces().map(dirname).join(' and from ');
    throw new DeviceError(`${name} is not installed (looked from ${from})`);
  }
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

/** The engine that the program has set before a binding sets its own. */
function currentEngine(): string | undefined {
  try {
    return requireCore().engine().backendName || undefined;
  } catch {
    return undefined;
  }
}

/** Loads a binding to libtensorflow and makes it TensorFlow.js' engine. Throws {@link DeviceError} with the reason why not. */
export function requireBinding(name: '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node'): Tensorflow {
  const refusal = refusals.get(name);
  if (refusal !== undefined) throw new DeviceError(refusal);
  const isInstalled = resolved(name) !== undefined;
  if (isInstalled) restoreUtil();
  const before = isInstalled ? currentEngine() : undefined;
  let tf: Tensorflow;
  try {
    tf = requirePackage(name) as Tensorflow;
  } catch (error) {
    if (error instanceof DeviceError) throw error;
    throw new DeviceError(reasonFor(name, error));
  }
  const engine = tf.backend() as NodeEngine;
  if (engine.isGPUPackage && !engine.isUsingGpuDevice) {
    const folder = bindingFolder(name);
    const missing = missingCudaLibraries(folder);
    const cause =
      missing.length > 0
        ? `expected CUDA 11 and cuDNN 8, missing ${missing.join(', ')} in ${searchedFolders(folder)}`
        : 'expected a GPU with a driver for CUDA 11 (nvidia-smi lists them)';
    if (before !== 'tensorflow') {
      tf.removeBackend('tensorflow');
      if (before !== undefined) void tf.setBackend(before);
    }
    refusals.set(name, `${name} loaded, but TensorFlow found no GPU: ${cause}`);
    throw new DeviceError(refusals.get(name)!);
  }
  return tf;
}
