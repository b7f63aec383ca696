import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { KindlingError } from '@kindling/core';
import { type InstalledPackage, NAPI_VERSION } from '@kindling/core/internal/tensorflow';
import type { Compiler } from '../../compiler.ts';
import type { Tensorflow } from './tensorflow.ts';

/** The folder of Node-API's headers: the one that came with Node.js, else that of the package node-api-headers. */
export function findHeaders(): string | undefined {
  const own = join(dirname(process.execPath), '..', 'include', 'node');
  if (existsSync(join(own, 'node_api.h'))) return own;
  try {
    const require = createRequire(import.meta.url);
    return join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  } catch {
    return undefined;
  }
}

/** The C++ files of a package's binding; none where the package does not bring them. */
export function sourcesOf({ folder }: InstalledPackage): readonly string[] {
  const sources = join(folder, 'binding');
  if (!existsSync(sources)) return [];
  return readdirSync(sources)
    .filter((file) => file.endsWith('.cc'))
    .map((file) => join(sources, file));
}

/** What makes a module of Node.js of the object files: symbols of Node-API are found in the program that loads it. */
const moduleFlags = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];

export interface BuildSettings {
  readonly compiler: Compiler;
  readonly headers: string;
  readonly tensorflow: Tensorflow;
  /** The file that is written. */
  readonly file: string;
}

/** Compiles a package's binding. @throws KindlingError with the compiler's words where that fails. */
export function buildBinding(
  installed: InstalledPackage,
  { compiler, headers, tensorflow, file }: BuildSettings,
): void {
  const { status, stderr, error } = spawnSync(
    compiler.name,
    [
      '-O2',
      '-std=c++17',
      '-fPIC',
      ...moduleFlags,
      `-DNAPI_VERSION=${NAPI_VERSION}`,
      `-I${headers}`,
      `-I${tensorflow.include}`,
      ...sourcesOf(installed),
      ...tensorflow.libraries,
      // Separate arguments, because a path may hold a comma.
      ...['-Xlinker', '-rpath', '-Xlinker', dirname(tensorflow.libraries[0]!)],
      '-o',
      file,
    ],
    { encoding: 'utf8' },
  );
  if (status === 0) return;
  const words = error?.message ?? stderr.trim();
  throw new KindlingError(
    `tfjs setup: ${compiler.name} failed to compile the binding of ${installed.name} ${installed.version}; nothing was changed:\n${words}`,
  );
}
