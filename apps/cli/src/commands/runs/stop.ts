import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from '@kindling/data/internal';
import { listRuns, RunFolder, readRun, requestStop } from '@kindling/train';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { runPath } from '../../run-reference.ts';
import { shellWord } from '../../shell-word.ts';
import { plural } from '../../terminal/format.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';

export interface StopOptions {
  /** Whether the command waits for the end of the training. Default true. */
  readonly wait?: boolean;
}

const pollMs = 100;

/** The run of a name that is being trained: of this very name, or else the newest of the experiment. */
function runningRun(reference: string): RunFolder | undefined {
  const running = listRuns('runs').filter(({ state }) => state === 'running');
  const found =
    running.find(({ name }) => name === reference) ??
    running.find((run) => run.state !== 'damaged' && run.summary.experiment === reference);
  return found?.folder;
}

/** `kindling runs stop`: asks the process that trains a run to stop after a checkpoint, and waits until it has. */
export async function runsStop(
  reference: string,
  { wait = true }: StopOptions,
  output: Output,
): Promise<ExitCode> {
  const folder = runningRun(reference) ?? new RunFolder(runPath(reference));
  const { name, state } = readRun(folder.path);
  if (state !== 'running' || !requestStop(folder)) {
    throw new UsageError(`runs stop: expected a run that is being trained, got ${name}, which is ${state}`);
  }
  output.note(`${name}: stop requested, waiting for a checkpoint`);
  if (!wait) return exitCodes.done;
  while (isLocked(folder.lock)) await sleep(pollMs);
  const now = readRun(folder.path);
  const { step } = now.summary;
  output.emit({ type: 'stopped', run: name, path: folder.path, state: now.state, step });
  const resume = `kindling train --run-dir ${shellWord(relative('', folder.path) || '.')} --resume`;
  output.print(`${name}: ${now.state} after ${plural(step, 'step')}; to resume: ${resume}`);
  return now.state === 'stopped' || now.state === 'completed' ? exitCodes.done : exitCodes.failure;
}
