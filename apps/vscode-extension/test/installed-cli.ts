import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package of the command line in the modules of a folder, which prints a version or does what is given; the path of its script. */
export function installCli(folder: string, version: string, script = printing(version)): string {
  return packageCli(join(folder, 'node_modules', 'kindling'), version, script);
}

/** A package of the command line in a folder. */
export function packageCli(at: string, version: string, script = printing(version)): string {
  const path = join(at, 'bin', 'kindling.mjs');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, script);
  const manifest = { name: 'kindling', version, bin: { kindling: './bin/kindling.mjs' } };
  writeFileSync(join(at, 'package.json'), JSON.stringify(manifest));
  return path;
}

const printing = (version: string): string => `console.log(${JSON.stringify(version)});\n`;
