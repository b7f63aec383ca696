import { FormatError } from '@kindling/core/internal/errors';
import { type RunNotes, runNotesSchema } from '../events/run-notes.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { isRegularFile, readRegularText } from './regular-file.ts';
import { RunError, type RunFolder } from './run-folder.ts';

/** More than the longest notes take in JSON. */
const MAX_BYTES = 2 ** 20;

const problemOf = (error: { readonly issues: readonly { path: PropertyKey[]; message: string }[] }) => {
  const { path, message } = error.issues[0]!;
  return `${path.join('.') || 'notes'}: ${message}`;
};

/**
 * The notes and tags of a run: none where it has no `notes.json`.
 *
 * @throws {FormatError} where that file is damaged.
 */
export function readRunNotes(folder: RunFolder): RunNotes {
  if (!isRegularFile(folder.notes)) return { note: '', tags: [] };
  const text = readRegularText(folder.notes, MAX_BYTES);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${folder.notes}: expected the notes of a run in JSON, got something else`);
  }
  const parsed = runNotesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FormatError(`${folder.notes}: expected the notes of a run, got ${problemOf(parsed.error)}`);
}

/**
 * Replaces the notes and tags of a run, in one step. Tags that come twice are kept once.
 *
 * @throws {RunError} for notes that are too long, and where there is no run; FormatError where `notes.json` is something else, which
 *   is left alone.
 */
export function writeRunNotes(folder: RunFolder, notes: RunNotes): void {
  const parsed = runNotesSchema.safeParse(notes);
  if (!parsed.success) {
    throw new RunError(`run ${folder.name}: expected notes and tags, got ${problemOf(parsed.error)}`);
  }
  if (!folder.exists()) throw new RunError(`no run in ${folder.path}`);
  readRunNotes(folder);
  const { note, tags } = parsed.data;
  writeFileAtomic(folder.notes, `${JSON.stringify({ note, tags: [...new Set(tags)] }, null, 2)}\n`);
}
