import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceError, KindlingError } from '@kindling/core';
import {
  bindingNames,
  findPackage,
  hashOf,
  type InstalledPackage,
  type SetupRecord,
} from '@kindling/core/internal/tensorflow';
import { type Compiler, compilerInstallation, compilerNames, findCompiler } from '../../compiler.ts';
import type { Output } from '../../terminal/output.ts';
import { buildBinding, findHeaders, sourcesOf } from './build-binding.ts';
import { findTensorflow } from './find-tensorflow.ts';
import { installBinding } from './install-binding.ts';
import type { Tensorflow } from './tensorflow.ts';
import { tryBinding } from './try-binding.ts';

declare const KINDLING_VERSION: string;

export interface SetupOptions {
  readonly tensorflow?: string;
}

/** What the binding is made of. */
interface Parts {
  readonly packages: readonly InstalledPackage[];
  readonly tensorflow: Tensorflow;
  readonly compiler: Compiler;
  readonly headers: string;
}

/**
 * `kindling tfjs setup`: compiles the binding of each package of TensorFlow.js that is installed for a TensorFlow that is here, tries
 * it, and puts it in its place.
 *
 * @throws DeviceError where something is missing; UsageError for a folder without TensorFlow; KindlingError where the binding does not
 * compile or a trial fails, and then nothing is changed.
 */
export function setup({ tensorflow }: SetupOptions, output: Output): void {
  if (process.platform === 'win32') {
    throw new DeviceError(
      'tfjs setup: expected Linux or macOS, got Windows, whose TensorFlow wheels have no library to link to; `npm rebuild @tensorflow/tfjs-node` downloads the library that the package was built for',
    );
  }
  const parts = findParts(tensorflow);
  for (const installed of parts.packages) setUp(installed, parts, output);
}

/** @throws DeviceError that names all that is missing, each with what to do. */
function findParts(folder: string | undefined): Parts {
  const tensorflow = findTensorflow(folder);
  const { packages, problems } = installedPackages();
  const compiler = findCompiler();
  const headers = findHeaders();
  const missing = [...problems];
  if ('places' in tensorflow) {
    missing.push(
      `TensorFlow: not found in ${tensorflow.places.join(', ')}; run pip install --no-deps tensorflow-cpu in an environment, or pass its folder with --tensorflow`,
    );
  }
  if (compiler === undefined) {
    missing.push(
      `C++ compiler: not found (${compilerNames().join(', ')}); install one ${compilerInstallation()}`,
    );
  }
  if (headers === undefined) {
    missing.push(
      'Node-API headers: not found beside Node.js or in the package node-api-headers; run npm install node-api-headers',
    );
  }
  if (missing.length === 0 && !('places' in tensorflow) && compiler && headers) {
    return { packages, tensorflow, compiler, headers };
  }
  throw new DeviceError(['tfjs setup: requirements are missing', ...missing].join('\n  '));
}

function installedPackages(): {
  readonly packages: readonly InstalledPackage[];
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const packages = bindingNames.flatMap((name): InstalledPackage[] => {
    try {
      return [findPackage(name)];
    } catch (error) {
      if (!(error instanceof KindlingError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (packages.length === 0) {
    return {
      packages,
      problems: [
        `TensorFlow.js: ${problems.join('; ')}; run npm install --ignore-scripts @tensorflow/tfjs-node`,
      ],
    };
  }
  return { packages, problems: packages.flatMap(problemsOf) };
}

/** The bindings of version 4 are those that have been compiled and tried. */
function problemsOf(installed: InstalledPackage): readonly string[] {
  const { name, version, folder } = installed;
  if (!version.startsWith('4.'))
    return [`${name} 4: ${folder} holds ${version}; run npm install --ignore-scripts ${name}@4`];
  if (sourcesOf(installed).length === 0)
    return [`source of the binding: not found in ${folder}; run npm install --ignore-scripts ${name}@4`];
  return [];
}

function setUp(installed: InstalledPackage, { tensorflow, compiler, headers }: Parts, output: Output): void {
  const { name, version, folder } = installed;
  const known = tensorflow.version === undefined ? 'TensorFlow' : `TensorFlow ${tensorflow.version}`;
  output.note(
    `${name} ${version}: compiling its binding for ${known} in ${tensorflow.folder} with ${compiler.name}`,
  );
  // In the package, so that the binding gets to its place in one step.
  const workshop = mkdtempSync(join(folder, '.kindling-setup-'));
  try {
    const file = join(workshop, 'tfjs_binding.node');
    buildBinding(installed, { compiler, headers, tensorflow, file });
    output.note(`${name} ${version}: testing the binding`);
    const tried = tryBinding(name, file);
    const record: SetupRecord = {
      made: new Date().toISOString(),
      kindling: KINDLING_VERSION,
      package: { name, version },
      tensorflow: { version: tried.tensorflow, folder: tensorflow.folder, libraries: tensorflow.libraries },
      compiler: `${compiler.name}: ${compiler.version}`,
      headers,
      sha256: hashOf(file),
    };
    const placed = installBinding(installed, file, record);
    const { withoutGpu } = tried;
    output.emit({ type: 'tfjs-setup', folder, ...record, files: placed, withoutGpu });
    output.print(
      [
        `${name} ${version} works with TensorFlow ${tried.tensorflow} from ${tensorflow.folder}`,
        `binding  ${placed.binding}`,
        `record   ${placed.record}`,
        ...(placed.backup === undefined ? [] : [`backup   ${placed.backup}`]),
      ].join('\n'),
    );
    if (withoutGpu !== undefined) output.note(withoutGpu);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
