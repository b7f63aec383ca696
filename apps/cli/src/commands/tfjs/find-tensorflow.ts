import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../usage-error.ts';
import { readTensorflow, type Tensorflow } from './tensorflow.ts';

/** Where libtensorflow is unpacked to by custom. */
const customary = ['/usr/local', '/usr', '/opt/libtensorflow', '/opt/homebrew'];

/** A search that ended without a TensorFlow. */
export interface NotFound {
  /** What was looked at, each with what it lacks. */
  readonly places: readonly string[];
}

/** The TensorFlow that an option or a variable points to. @throws UsageError where it is none that can be used. */
function pointedTo(by: string, folder: string): Tensorflow {
  const found = readTensorflow(resolve(folder));
  if (typeof found !== 'string') return found;
  throw new UsageError(
    `${by}: expected the folder of a wheel's package tensorflow or of an unpacked libtensorflow, but ${found}`,
  );
}

/**
 * The folders in which the interpreter on the path looks for packages, asked of it in isolated mode: nothing of the working directory
 * and no package is imported.
 */
function pythonFolders(): readonly string[] {
  const program = "import sys, site; print(*sys.path, site.getusersitepackages(), sep='\\n')";
  for (const name of ['python3', 'python']) {
    const { status, stdout } = spawnSync(name, ['-I', '-c', program], { encoding: 'utf8', timeout: 30_000 });
    if (status === 0) return stdout.split('\n').filter((folder) => folder !== '' && existsSync(folder));
  }
  return [];
}

/** The folders for packages of an environment of Python. */
function sitePackages(prefix: string): readonly string[] {
  return ['lib', 'lib64'].flatMap((library) => {
    const folder = join(prefix, library);
    if (!existsSync(folder)) return [];
    const versions = readdirSync(folder).filter((name) => name.startsWith('python'));
    return versions.map((version) => join(folder, version, 'site-packages'));
  });
}

/** Folders that may hold a TensorFlow; each is looked for when those before it had none. */
function* candidates(env: NodeJS.ProcessEnv): Generator<readonly [where: string, folder: string]> {
  for (const folder of pythonFolders()) yield ['the Python on the path', join(folder, 'tensorflow')];
  for (const variable of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
    const prefix = env[variable];
    if (!prefix) continue;
    for (const folder of sitePackages(prefix)) yield [variable, join(folder, 'tensorflow')];
    yield [variable, prefix];
  }
  for (const folder of customary) yield [customary.join(', '), folder];
}

/**
 * The TensorFlow that a binding is to be linked to: the one in `folder`, or in KINDLING_TENSORFLOW, or the first that is found.
 *
 * @throws UsageError for a folder that is pointed to and holds none.
 */
export function findTensorflow(folder: string | undefined, env = process.env): Tensorflow | NotFound {
  if (folder !== undefined) return pointedTo('--tensorflow', folder);
  if (env.KINDLING_TENSORFLOW) return pointedTo('KINDLING_TENSORFLOW', env.KINDLING_TENSORFLOW);
  const places = new Set<string>();
  for (const [where, candidate] of candidates(env)) {
    const found = existsSync(candidate) ? readTensorflow(candidate) : `no ${candidate}`;
    if (typeof found !== 'string') return found;
    places.add(customary.includes(candidate) || found.startsWith('no ') ? where : `${where} (${found})`);
  }
  return { places: [...places] };
}
