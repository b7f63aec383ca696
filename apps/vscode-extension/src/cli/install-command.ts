import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const managers: readonly (readonly [lockfile: string, command: string])[] = [
  ['pnpm-lock.yaml', 'pnpm add --save-dev'],
  ['yarn.lock', 'yarn add --dev'],
  ['bun.lock', 'bun add --dev'],
  ['bun.lockb', 'bun add --dev'],
  ['package-lock.json', 'npm install --save-dev'],
];

/**
 * The command that installs a package in a folder, by the package manager whose lockfile is in it or above it, else by npm; without a
 * folder, for all of them.
 */
export function installCommand(name: string, folder: string | undefined): string {
  if (folder === undefined) return `npm install --global ${name}`;
  for (let at = folder; ; at = dirname(at)) {
    const manager = managers.find(([lockfile]) => existsSync(join(at, lockfile)));
    if (manager !== undefined) return `${manager[1]} ${name}`;
    if (at === dirname(at)) return `npm install --save-dev ${name}`;
  }
}
