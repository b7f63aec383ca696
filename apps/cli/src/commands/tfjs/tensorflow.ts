import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A TensorFlow that a binding can be compiled for. */
export interface Tensorflow {
  readonly layout: 'wheel' | 'libtensorflow';
  readonly folder: string;
  /** Undefined where its files do not say. */
  readonly version: string | undefined;
  /** The folder of `tensorflow/c/c_api.h`. */
  readonly include: string;
  readonly libraries: readonly string[];
}

/** Where the C API's two libraries lie, and what they are called before the system's ending. */
const layouts = [
  { layout: 'wheel', libraryFolder: '.', names: ['libtensorflow_cc', 'libtensorflow_framework'] },
  { layout: 'libtensorflow', libraryFolder: 'lib', names: ['libtensorflow', 'libtensorflow_framework'] },
] as const;

/** The name of a shared library of TensorFlow 2. */
const fileName = (name: string): string =>
  process.platform === 'darwin' ? `${name}.2.dylib` : `${name}.so.2`;

const header = join('tensorflow', 'c', 'c_api.h');

/** The TensorFlow that the bindings of TensorFlow.js 4 are written for. */
const MINIMUM = [2, 9] as const;

/** Reads what lies in a folder; where that is no TensorFlow that can be used, the reason. */
export function readTensorflow(folder: string): Tensorflow | string {
  if (!existsSync(folder)) return `${folder} does not exist`;
  if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
  const include = join(folder, 'include');
  for (const { layout, libraryFolder, names } of layouts) {
    const libraries = names.map((name) => join(folder, libraryFolder, fileName(name)));
    if (!libraries.every(existsSync)) continue;
    if (!existsSync(join(include, header))) return `${folder} has no header ${join('include', header)}`;
    const version = versionOf(folder, include, libraries[0]!);
    if (version !== undefined && !isSupported(version)) {
      return `${folder} holds TensorFlow ${version}, and the binding wants ${MINIMUM.join('.')} or a newer 2.x`;
    }
    return { layout, folder, version, include, libraries };
  }
  const expected = layouts.map(({ libraryFolder, names }) => join(libraryFolder, fileName(names[0])));
  return `${folder} has neither ${expected[0]} (a wheel has it) nor ${expected[1]} (an unpacked libtensorflow has it)`;
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === MINIMUM[0] && minor >= MINIMUM[1];
}

const versionOf = (folder: string, include: string, library: string): string | undefined =>
  versionOfWheel(folder) ?? versionInHeaders(include) ?? versionInName(library);

/** From the metadata of the distribution that has installed the folder. */
function versionOfWheel(folder: string): string | undefined {
  const site = dirname(folder);
  const distributions = readdirSync(site).filter((name) =>
    /^(tensorflow|tf_nightly).*\.dist-info$/i.test(name),
  );
  for (const name of distributions) {
    const [record, metadata] = ['RECORD', 'METADATA'].map((file) => textOf(join(site, name, file)));
    if (!record?.includes('tensorflow/include/tensorflow/c/c_api.h')) continue;
    return /^Version: (\S+)/m.exec(metadata ?? '')?.[1];
  }
  return undefined;
}

/** From the numbers that releases before 2.19 define. */
function versionInHeaders(include: string): string | undefined {
  const text = textOf(join(include, 'tensorflow', 'core', 'public', 'version.h')) ?? '';
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`^#define TF_${part}_VERSION (\\d+)`, 'm').exec(text)?.[1],
  );
  return numbers.every((number) => number !== undefined) ? numbers.join('.') : undefined;
}

/** From the file that a link `libtensorflow.so.2` leads to: `libtensorflow.so.2.18.0`, `libtensorflow.2.18.0.dylib`. */
const versionInName = (library: string): string | undefined =>
  /\.(\d+\.\d+\.\d+)(?:\.dylib)?$/.exec(realpathSync(library))?.[1];

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
