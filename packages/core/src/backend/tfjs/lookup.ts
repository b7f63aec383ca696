import { DeviceError } from '../../errors.ts';
import { assertNode, environment } from '../../host.ts';
import { lookupFile } from '../package-folder.ts';

/** The packages of TensorFlow.js that bind libtensorflow, in the order in which they serve the device. */
export const bindingNames = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
export type BindingName = (typeof bindingNames)[number];

/** A package as it lies on the disk. */
export interface InstalledPackage {
  readonly name: string;
  /** From its package.json; `unknown` where that has none. */
  readonly version: string;
  readonly folder: string;
}

interface Resolution {
  readonly file: string;
  /** Whether the working directory alone leads to it. */
  readonly isFromWorkingFolder: boolean;
}

let isSearched = false;

/**
 * Lets packages of TensorFlow.js be loaded from the working directory too. Without it, and without KINDLING_TFJS_ENGINE, only those
 * that are installed beside `@kindling/core` are loaded: a document that names the device `tfjs` must not run the code of the folder
 * that it lies in.
 */
export function searchWorkingFolder(): void {
  isSearched = true;
}

const mayRunWorkingFolder = (): boolean => isSearched || Boolean(environment('KINDLING_TFJS_ENGINE'));

/** The files whose folders packages are looked up from: this package's, and the working directory's. */
function lookupPlaces(): readonly [string, string] {
  const { join } = process.getBuiltinModule('node:path');
  return [lookupFile('tfjs'), join(process.cwd(), 'package.json')];
}

function resolved(name: string): Resolution | undefined {
  const { createRequire } = process.getBuiltinModule('node:module');
  for (const [i, place] of lookupPlaces().entries()) {
    try {
      return { file: createRequire(place).resolve(name), isFromWorkingFolder: i === 1 };
    } catch {}
  }
  return undefined;
}

function notInstalled(name: string): DeviceError {
  const { dirname } = process.getBuiltinModule('node:path');
  const from = lookupPlaces().map(dirname).join(' and from ');
  return new DeviceError(`${name} is not installed (searched from ${from})`);
}

/**
 * The file that a package is loaded from.
 *
 * @throws DeviceError where it is not installed, or where it is in the working directory and that may not be searched.
 */
export function fileOf(name: string): string {
  assertNode('tfjs');
  const found = resolved(name);
  if (found === undefined) throw notInstalled(name);
  if (found.isFromWorkingFolder && !mayRunWorkingFolder()) {
    throw new DeviceError(
      `${name} is installed in the working directory (${found.file}), whose code runs only if the device is named: with --device tfjs on the command line, KINDLING_TFJS_ENGINE in the environment, or searchWorkingFolder() of @kindling/core/tfjs in a program`,
    );
  }
  return found.file;
}

/** Finds a package without running it, in the working directory too. @throws DeviceError where it is not installed. */
export function findPackage(name: string): InstalledPackage {
  assertNode('tfjs');
  const manifest = resolved(`${name}/package.json`);
  if (manifest === undefined) throw notInstalled(name);
  const { dirname } = process.getBuiltinModule('node:path');
  const { version } = readManifest(manifest.file);
  return {
    name,
    version: typeof version === 'string' ? version : 'unknown',
    folder: dirname(manifest.file),
  };
}

function readManifest(file: string): Readonly<Record<string, unknown>> {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof manifest === 'object' && manifest !== null) return { ...manifest };
  } catch {}
  throw new DeviceError(`${file}: expected the JSON of a package`);
}

/** The version of Node-API that both bindings of TensorFlow.js 4 are built for on every Node.js that Kindling runs on. */
export const NAPI_VERSION = 8;

/** The compiled binding of a package, which may not be there. */
export function bindingFileOf({ folder }: InstalledPackage): string {
  const { join } = process.getBuiltinModule('node:path');
  return join(folder, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');
}
