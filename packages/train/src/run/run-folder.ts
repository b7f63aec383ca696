import { existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { KindlingError } from '@kindling/core';

/** What the checkpoints of a run are called. */
export type CheckpointKind = 'initial' | 'last' | 'best';

/** A run that is not there, not complete, or in the way. */
export class RunError extends KindlingError {
  override readonly name = 'RunError';
}

/**
 * Where a run keeps what:
 *
 *     runs/<name>/experiment.json                  the experiment, every default filled in
 *                 events.jsonl                     what happened, one event a line
 *                 summary.json                     the run in short
 *                 checkpoints/initial.safetensors  the first weights
 *                 checkpoints/last.safetensors     the newest weights
 *                 checkpoints/best.safetensors     those with the best value of what is watched
 *                 checkpoints/last.trainer.safetensors  what training goes on from: weights, optimizer, generators, position
 */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** The run's name. */
  get name(): string {
    return basename(this.path);
  }

  get experiment(): string {
    return join(this.path, 'experiment.json');
  }

  get events(): string {
    return join(this.path, 'events.jsonl');
  }

  get summary(): string {
    return join(this.path, 'summary.json');
  }

  get state(): string {
    return join(this.path, 'checkpoints', 'last.trainer.safetensors');
  }

  get lock(): string {
    return join(this.path, 'lock');
  }

  checkpoint(kind: CheckpointKind): string {
    return join(this.path, 'checkpoints', `${kind}.safetensors`);
  }

  hasCheckpoint(kind: CheckpointKind): boolean {
    return existsSync(this.checkpoint(kind));
  }

  /** Whether there is a run in the folder. */
  exists(): boolean {
    return existsSync(this.experiment);
  }
}

/**
 * Makes a folder for a new run: `runs/<name>`, or with a number behind the name where that is taken: `<name>-2`, `<name>-3`.
 * No other process gets the same one.
 */
export function createRunFolder(runs: string, name: string): RunFolder {
  mkdirSync(runs, { recursive: true });
  for (let number = 1; ; number++) {
    const folder = new RunFolder(join(runs, number === 1 ? name : `${name}-${number}`));
    try {
      mkdirSync(folder.path);
      return folder;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/**
 * Makes a given folder that of a new run.
 *
 * @throws RunError when there is a run in it.
 */
export function claimRunFolder(path: string): RunFolder {
  const folder = new RunFolder(path);
  if (folder.exists()) {
    throw new RunError(
      `run: expected a folder without a run, got ${folder.path}; resume that run or choose another folder`,
    );
  }
  mkdirSync(folder.path, { recursive: true });
  return folder;
}
