import { DeviceError } from '../../errors.ts';
import { assertNode, environment } from '../../host.ts';
import { bundleRemedy, packageFolder, packageRequire } from '../package-folder.ts';
import { HostHeap } from './host-heap.ts';
import { assertVersion, type Library } from './library.ts';

const fileNames: { readonly [platform: string]: string } = {
  linux: 'libkindling.so',
  darwin: 'libkindling.dylib',
  win32: 'kindling.dll',
};

interface Candidate {
  /** What to call it where nothing is found. */
  readonly name: string;
  /** Undefined where the package is not installed. */
  readonly path: string | undefined;
}

/** Whether there is a native engine for this platform: built for releases, or to be built where the package is. */
export const isExpected = (): boolean =>
  typeof process !== 'undefined' &&
  fileNames[process.platform] !== undefined &&
  ['x64', 'arm64'].includes(process.arch);

/** Where the library may lie, best first: named by the environment; built here; in the platform's package. */
function candidates(): readonly Candidate[] {
  const forced = environment('KINDLING_NATIVE_LIBRARY');
  if (forced !== undefined) return [{ name: `KINDLING_NATIVE_LIBRARY (${forced})`, path: forced }];
  const fileName = fileNames[process.platform];
  if (fileName === undefined) return [];
  const folder = packageFolder('native');
  if (folder === undefined) {
    throw new DeviceError(
      `native: expected the native library in the folder of @kindling/core, which this bundle does not include; ${bundleRemedy}`,
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  const { join } = process.getBuiltinModule('node:path');
  const built = join(folder, 'native', 'build', platform, fileName);
  const packageName = `@kindling/native-${platform}`;
  let packaged: string | undefined;
  try {
    packaged = packageRequire('native').resolve(`${packageName}/${fileName}`);
  } catch {}
  return [
    { name: built, path: built },
    { name: `the package ${packageName}`, path: packaged },
  ];
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Opens the first library that is there and speaks this loader's language. Throws {@link DeviceError} with all places that were
 * looked at, and what was wrong with each library found.
 */
export function openLibrary(): Library {
  assertNode('native');
  const { existsSync } = process.getBuiltinModule('node:fs');
  const known = candidates();
  const found = known.flatMap(({ path }) => (path !== undefined && existsSync(path) ? path : []));
  if (found.length === 0) {
    const names = known.map(({ name }) => name).join(', ') || `nothing for ${process.platform}`;
    throw new DeviceError(
      `native: expected the native library, found none (tried ${names}); npm installs it with the optional dependencies of @kindling/core, and \`node native/build.mjs\` in that package builds it with a C++ compiler`,
    );
  }
  let koffi: typeof import('koffi');
  try {
    koffi = packageRequire('native')('koffi') as typeof import('koffi');
  } catch (error) {
    throw new DeviceError(
      `native: expected the package koffi to load, got ${reasonOf(error).split('\n', 1)[0]}; run \`npm install koffi\``,
    );
  }
  const failures: string[] = [];
  for (const path of found) {
    try {
      return load(koffi, path);
    } catch (error) {
      failures.push(`${path}: ${reasonOf(error)}`);
    }
  }
  throw new DeviceError(
    `native: expected a library that loads, got ${failures.join(', ')}; \`node native/build.mjs\` in @kindling/core builds one with a C++ compiler`,
  );
}

function load(koffi: typeof import('koffi'), path: string): Library {
  const library = koffi.load(path);
  assertVersion(library.func('int kd_version()')(), library.func('const char *kd_codes()'));
  return {
    path,
    heap: new HostHeap(library.func('double kd_address(const void *bytes)')),
    execute: library.func('int kd_execute(double record)'),
    chunk: library.func('double kd_chunk(double rows)'),
    lineWidth: library.func('int kd_line_width()'),
    prepare: library.func('double kd_prepare(double records, double count, double memory, double capacity)'),
    replay: library.func('int kd_replay(double program)'),
    repeat: library.func('int kd_repeat(double program, int times, double copies, int before, int after)'),
    failedCall: library.func('int kd_failed_call()'),
    failedValue: library.func('double kd_failed_value()'),
    failedIndex: library.func('double kd_failed_index()'),
    select: library.func('int kd_select(const char *name)'),
    selected: library.func('const char *kd_selected()'),
    setThreads: library.func('void kd_set_threads(int count)'),
    threads: library.func('int kd_threads()'),
    registerReduction: library.func(
      'int kd_register_reduction(int dtype, double address, double inPlace, double datatype, double op, double communicator, double waits)',
    ),
  };
}
