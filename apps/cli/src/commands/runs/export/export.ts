import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { withPath } from '@kindling/data/internal';
import { RunError, RunFolder, readRunSettings } from '@kindling/train';
import { LogSnapshot, Replacement, writeAll } from '@kindling/train/internal';
import { formatBytes, safeText } from '@kindling/train/internal/console';
import type { ExitCode } from '../../../exit-code.ts';
import { interruption } from '../../../interruption.ts';
import { skippedText } from '../../../report/run-report.ts';
import { runPath } from '../../../run-reference.ts';
import { shellWord } from '../../../shell-word.ts';
import type { Output } from '../../../terminal/output.ts';
import { UsageError } from '../../../usage-error.ts';
import { CsvEncoder } from './csv-encoder.ts';
import { checkFile, eventFile } from './export-target.ts';
import { JsonLinesEncoder } from './json-lines-encoder.ts';
import type { LogEncoder } from './log-encoder.ts';
import { TensorBoardEncoder } from './tensorboard-encoder.ts';

export type LogFormat = 'csv' | 'jsonl' | 'tensorboard';

export interface LogExportOptions {
  readonly format: LogFormat;
  /** A file, of TensorBoard a folder; `-` or nothing: stdout. */
  readonly output?: string;
}

/** `kindling runs export`: writes the log of a run in a format of other programs. */
export async function runsExport(
  reference: string,
  { format, output: asked = '-' }: LogExportOptions,
  output: Output,
): Promise<ExitCode | undefined> {
  const path = asked === '-' ? undefined : asked;
  if (path === undefined && (format === 'tensorboard' || output.json)) {
    const why = format === 'tensorboard' ? '--format tensorboard' : '--json';
    throw new UsageError(`runs export: expected -o, --output <path> with ${why}, got stdout`);
  }
  const folder = new RunFolder(runPath(reference));
  using log = openLog(folder);
  const skipped = skippedText(log.reading);
  if (skipped !== undefined) output.note(`${folder.name}: ${skipped}`);
  using wish = interruption(() => output.note('stopping'));
  if (path === undefined) {
    await writeStdout(log, encoderOf(format, log), wish.signal);
    return wish.exitCode;
  }
  const began = log.began ?? 0;
  if (format !== 'tensorboard') checkFile(path, format);
  const file = format === 'tensorboard' ? eventFile(path, folder.name, began) : path;
  const bytes = await writeFile(file, log, encoderOf(format, log), wish.signal);
  if (bytes === undefined) return wish.exitCode;
  output.emit({ type: 'exported', run: folder.name, format, file, bytes });
  output.print(`${basename(path)}: the log of ${folder.name}, ${formatBytes(bytes)}`);
  if (format === 'tensorboard') output.print(`  to view it: tensorboard --logdir ${shellWord(path)}`);
  return undefined;
}

/** The log of a run. One whose other files are damaged has it, too. @throws RunError where there is none. */
function openLog(folder: RunFolder): LogSnapshot {
  if (!folder.exists()) readRunSettings(folder);
  if (!existsSync(folder.events)) throw new RunError(`run ${folder.name}: expected a log, got none yet`);
  return new LogSnapshot(folder.events);
}

function encoderOf(format: LogFormat, { names, began = 0 }: LogSnapshot): LogEncoder {
  switch (format) {
    case 'csv':
      return new CsvEncoder(names);
    case 'jsonl':
      return new JsonLinesEncoder();
    case 'tensorboard':
      return new TensorBoardEncoder(names, began);
  }
}

/** The pieces of the exported file. Signals are handled between them, and end the export. */
async function* encoded(
  log: LogSnapshot,
  encoder: LogEncoder,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const _ of log.pass(encoder)) {
    yield encoder.take();
    await turn();
    if (signal.aborted) return;
  }
}

/** @returns the number of bytes; undefined if the signal came meanwhile, and no file then. */
async function writeFile(
  file: string,
  log: LogSnapshot,
  encoder: LogEncoder,
  signal: AbortSignal,
): Promise<number | undefined> {
  using replacement = withPath(file, () => new Replacement(file));
  let written = 0;
  for await (const bytes of encoded(log, encoder, signal)) {
    withPath(file, () => writeAll(replacement.file, bytes));
    written += bytes.length;
  }
  if (signal.aborted) return undefined;
  withPath(file, () => replacement.commit());
  return written;
}

async function writeStdout(log: LogSnapshot, encoder: LogEncoder, signal: AbortSignal): Promise<void> {
  const { stdout } = process;
  for await (const bytes of encoded(log, encoder, signal)) {
    const isTaken = stdout.write(stdout.isTTY ? safeText(new TextDecoder().decode(bytes)) : bytes);
    if (isTaken) continue;
    try {
      await once(stdout, 'drain', { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
