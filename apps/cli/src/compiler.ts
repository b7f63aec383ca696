import { spawnSync } from 'node:child_process';

const usual = ['g++', 'clang++', 'c++'];

/** A C++ compiler of the system. */
export interface Compiler {
  readonly name: string;
  /** The first line that it says of itself. */
  readonly version: string;
}

/** How a C++ compiler is installed. */
const installation: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'with apt install g++ or dnf install gcc-c++',
  darwin: 'with xcode-select --install',
  win32: 'with MSYS2 (mingw-w64-clang-x86_64-clang)',
};

export const compilerInstallation = (platform = process.platform): string =>
  installation[platform] ?? installation.linux!;

/** The commands that are tried, in their order: `CXX` first. */
export const compilerNames = (env = process.env): readonly string[] => [
  ...(env.CXX ? [env.CXX] : []),
  ...usual,
];

/** The first C++ compiler that runs; undefined where there is none. */
export function findCompiler(env = process.env): Compiler | undefined {
  for (const name of compilerNames(env)) {
    const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { name, version: stdout.split('\n', 1)[0]?.trim() ?? '' };
  }
  return undefined;
}
