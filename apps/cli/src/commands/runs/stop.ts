import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from '@kindling/data/internal';
import { RunFolder, type RunOverview, readRunColumns, requestStop } from '@kindling/train';
import { plural } from '@kindling/train/internal/console';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { liveRun } from '../../live-run.ts';
import { runPath } from '../../run-reference.ts';
import { shellWord } from '../../shell-word.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';

export interface StopOptions {
  /** Whether the command waits for the end of the training. Default true. */
  readonly wait?: boolean;
}

const pollMs = 100;
/** After so long it is said what a loop of one's own has to do. */
const patienceMs = 5000;

/** `kindling runs stop`: asks the process that trains a run to stop after a checkpoint, and waits until it has. */
export async function runsStop(
  reference: string,
  { wait = true }: StopOptions,
  output: Output,
): Promise<ExitCode> {
  const folder = liveRun(reference) ?? new RunFolder(runPath(reference));
  const { name, state } = readRunColumns(folder.path);
  if (state !== 'running' || !requestStop(folder)) {
    throw new UsageError(`runs stop: expected a run that is being trained, got ${name}, which is ${state}`);
  }
  output.note(`${name}: stop requested${folder.hasConfig() ? '' : ', waiting for a checkpoint'}`);
  if (!wait) return exitCodes.done;
  await untilReleased(folder, output);
  const now = readRunColumns(folder.path);
  const { step } = now.summary;
  output.emit({ type: 'stopped', run: name, path: folder.path, state: now.state, step });
  output.print(`${name}: ${now.state} after ${plural(step, 'step')}; to resume: ${resumeCommand(now)}`);
  return now.state === 'stopped' || now.state === 'completed' ? exitCodes.done : exitCodes.failure;
}

/** Waits until the process that trains a run has ended it. */
async function untilReleased(folder: RunFolder, output: Output): Promise<void> {
  const patient = performance.now() + patienceMs;
  let isNoted = !folder.hasConfig();
  while (isLocked(folder.lock)) {
    await sleep(pollMs);
    if (isNoted || performance.now() < patient) continue;
    isNoted = true;
    output.note(`${folder.name}: still at work; its loop has to end when run.stopRequested is true`);
  }
}

function resumeCommand({ folder, summary }: RunOverview): string {
  return folder.hasConfig()
    ? `its program, by createRun({ name: '${summary.experiment}', resume: true })`
    : `kindling train --run-dir ${shellWord(relative('', folder.path) || '.')} --resume`;
}
