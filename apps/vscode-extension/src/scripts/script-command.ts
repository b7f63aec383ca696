import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CommandLine } from '../cli/command-line.ts';
import type { NodeProgram } from './node-program.ts';

/** What is missing to run a program. */
export type Missing = 'node' | 'tsx';

/** Node.js that Kindling needs. */
export const MIN_NODE = '20.19';
/** Node.js that runs TypeScript as it is, and versions that do so by a flag. */
export const TYPES_NODE = '22.18';

/**
 * The process that runs a program: TypeScript by `tsx` where the program can import it, else by a Node.js that strips types; JavaScript
 * by Node.js alone.
 */
export function scriptCommand(
  file: string,
  { program, version, env }: NodeProgram,
): CommandLine | { missing: Missing } {
  if (!isAtLeast(version, MIN_NODE)) return { missing: 'node' };
  if (!/\.[cm]?ts$/.test(file)) return { program, args: [file], env };
  const tsx = tsxOf(file);
  if (tsx !== undefined) return { program, args: ['--import', tsx, file], env };
  const isBetween = (first: string, end: string): boolean =>
    isAtLeast(version, first) && !isAtLeast(version, end);
  if (isBetween('22.6', TYPES_NODE) || isBetween('23.0', '23.6')) {
    return { program, args: ['--experimental-strip-types', file], env };
  }
  return isAtLeast(version, TYPES_NODE) ? { program, args: [file], env } : { missing: 'tsx' };
}

/** Address of the module by which `tsx` makes Node.js run TypeScript, as it is installed for a file. */
function tsxOf(file: string): string | undefined {
  try {
    return pathToFileURL(createRequire(join(file, '..', 'noop.js')).resolve('tsx')).href;
  } catch {
    return undefined;
  }
}

/** Whether a version is not older than a major and minor version. */
function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
