import { spawnSync } from 'node:child_process';
import type { Finding } from './finding.ts';

const candidates = ['g++', 'clang++', 'c++'];

const advice: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'install one to build the native engine, with apt install g++ or dnf install gcc-c++',
  darwin: 'install one to build the native engine, with xcode-select --install',
  win32: 'install one to build the native engine: Clang of MSYS2 (mingw-w64-clang-x86_64-clang)',
};

/** The C++ compiler that the native engine can be built with, looked for as `CXX` and under the usual names. */
export function compilerFinding(env = process.env, platform = process.platform): Finding {
  const named = env.CXX ? [env.CXX] : [];
  for (const name of [...named, ...candidates]) {
    const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' });
    if (status !== 0) continue;
    return { check: 'C++ compiler', state: 'ok', found: `${name}: ${stdout.split('\n', 1)[0]?.trim()}` };
  }
  const found = `none of ${[...named, ...candidates].join(', ')}`;
  return { check: 'C++ compiler', state: 'missing', found, advice: advice[platform] ?? advice.linux! };
}
