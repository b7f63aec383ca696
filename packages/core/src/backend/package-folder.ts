import { DeviceError } from '../errors.ts';
import { assertNode } from '../host.ts';
import { version } from '../version.ts';

/** Where this module lies in its package: as a source, or in a file that was bundled from sources. */
const ownPath = /^(?:src\/backend\/package-folder\.ts|dist\/(?:chunks\/)?\w+\.js)$/;

const name = '@kindling/core';

/**
 * Files that may be the one that runs, likeliest first. In the package, and in a bundle of ES modules, that is `import.meta.url`; some
 * bundlers write there where the module lay when the bundle was made. In a CommonJS bundle it is `__filename`.
 */
function runningFiles(): readonly string[] {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const { existsSync } = process.getBuiltinModule('node:fs');
  // Either may be missing, and webpack says of `__filename` that it is there where it is not.
  const asked = [() => __filename, () => fileURLToPath(import.meta.url)];
  return asked.flatMap((ask) => {
    try {
      const file = ask();
      return existsSync(file) ? [file] : [];
    } catch {
      return [];
    }
  });
}

function isPackage(folder: string): boolean {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    return manifest.name === name && manifest.version === version;
  } catch {
    return false;
  }
}

/** The folder above a file that is this module in its package. */
function folderAbove(file: string): string | undefined {
  const { dirname, relative } = process.getBuiltinModule('node:path');
  const twoUp = dirname(dirname(file));
  return [twoUp, dirname(twoUp)].find(
    (folder) => ownPath.test(relative(folder, file).replaceAll('\\', '/')) && isPackage(folder),
  );
}

/** Whether a folder belongs to the system or to the owner of the bundle or of the process: others may write beside a bundle in /tmp. */
function isTrusted(folder: string, bundle: string): boolean {
  const { statSync } = process.getBuiltinModule('node:fs');
  const owners = [0, process.getuid?.(), statSync(bundle).uid];
  return owners.includes(statSync(folder).uid);
}

/** The package in one of the `node_modules` where Node.js looks for those of a bundle. */
function folderFor(bundle: string): string | undefined {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { realpathSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  for (const modules of createRequire(bundle).resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    if (isPackage(folder)) return isTrusted(folder, bundle) ? realpathSync(folder) : undefined;
  }
  return undefined;
}

let found: { readonly folder: string | undefined } | undefined;

/**
 * The folder of the package, which holds the native engine and the kernels for GPUs. A program that was bundled finds it where the
 * package of the same version is installed for it; undefined where it is not, so that nothing is loaded from beside a bundle that
 * was moved.
 *
 * @throws DeviceError with `user`, what needs it, outside of Node.js.
 */
export function packageFolder(user: string): string | undefined {
  assertNode(user);
  const first = <T>(ask: (file: string) => T | undefined) =>
    runningFiles().reduce<T | undefined>((known, file) => known ?? ask(file), undefined);
  found ??= { folder: first(folderAbove) ?? first(folderFor) };
  return found.folder;
}

/** What to do about a bundle that does not find its package, in words. */
export const bundleRemedy = `install ${name} ${version} beside the bundle, and exclude it from the bundle (esbuild --external:${name}, externals of webpack and Rollup, serverExternalPackages of Next.js)`;

/**
 * The file from which other packages are looked up: the manifest of the package. A bundle that does not find its package looks from
 * where it is.
 *
 * @throws DeviceError with `user`, what needs it, where there is neither.
 */
export function lookupFile(user: string): string {
  const folder = packageFolder(user);
  const { join } = process.getBuiltinModule('node:path');
  const from = folder === undefined ? runningFiles()[0] : join(folder, 'package.json');
  if (from === undefined) throw new DeviceError(`${user}: expected the files of ${name}; ${bundleRemedy}`);
  return from;
}

/** `require` from {@link lookupFile}, which throws where there is none. */
export const packageRequire = (user: string): NodeJS.Require =>
  process.getBuiltinModule('node:module').createRequire(lookupFile(user));
