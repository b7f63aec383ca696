import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../usage-error.ts';

/** Bytes that identify the format of a file. */
const HEAD_BYTES = 4096;

const kindOf = (path: string): 'none' | 'file' | 'folder' | 'other' => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'none';
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
};

/** How the files begin that an export writes. */
const begins = {
  csv: /^(step,epoch,loss,lr[,\n]|$)/,
  jsonl: /^(\{"type":"(step","step":\d+,"epoch"|epoch","epoch":\d+,"step"):\d+,"time":|$)/,
} as const;

/** Refuses to replace anything but a file of an earlier export. @throws UsageError */
export function checkFile(path: string, format: keyof typeof begins): void {
  const kind = kindOf(path);
  if (kind === 'none' || (kind === 'file' && begins[format].test(headOf(path)))) return;
  const got = { file: 'another file', folder: 'a folder', other: 'something else' }[kind];
  throw new UsageError(`--output: expected no file or one of an earlier export at ${path}, got ${got}`);
}

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(HEAD_BYTES);
    return new TextDecoder().decode(bytes.subarray(0, readSync(file, bytes)));
  } finally {
    closeSync(file);
  }
}

/**
 * The file of TensorBoard's events in a folder, which is made where there is none. TensorBoard reads all event files of a folder as one
 * run, so there must be no other.
 *
 * @param began when the run began, in milliseconds since 1970 (UTC).
 * @throws UsageError for a folder with anything else in it.
 */
export function eventFile(folder: string, run: string, began: number): string {
  const name = `events.out.tfevents.${Math.floor(began / 1000)}.kindling.${run}`;
  const kind = kindOf(folder);
  const refuse = (got: string) =>
    new UsageError(
      `--output: expected a new or empty folder, or one of an earlier export of the run, at ${folder}, got ${got}`,
    );
  if (kind === 'file' || kind === 'other') throw refuse(kind === 'file' ? 'a file' : 'something else');
  const other = kind === 'none' ? undefined : readdirSync(folder).find((entry) => entry !== name);
  if (other !== undefined) throw refuse(`one with ${other} in it`);
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}
