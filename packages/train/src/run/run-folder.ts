import { FormatError, KindlingError } from '@kindling/core/internal/errors';
import { basename, join, mkdirSync, resolve, syncFolder, withPath } from '@kindling/data/internal';
import { makeFolder, removeTemporaries } from './atomic-file.ts';
import { isRegularFile, lstatIfThere } from './regular-file.ts';

/** What the checkpoints of a run are called. */
export type CheckpointKind = 'initial' | 'last' | 'best';

/** A run that is not there, not complete, or in the way. */
export class RunError extends KindlingError {
  override readonly name = 'RunError';
}

/**
 * Where a run keeps what:
 *
 *     runs/<name>/experiment.json                  the experiment, every default filled in; or
 *                 config.json                      the settings of a program's own loop
 *                 events.jsonl                     what happened, one event a line
 *                 summary.json                     the run in short
 *                 notes.json                       what a reader wrote about it
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

  /** In place of {@link experiment}, of a run of `createRun`. */
  get config(): string {
    return join(this.path, 'config.json');
  }

  get events(): string {
    return join(this.path, 'events.jsonl');
  }

  get summary(): string {
    return join(this.path, 'summary.json');
  }

  get notes(): string {
    return join(this.path, 'notes.json');
  }

  get checkpoints(): string {
    return join(this.path, 'checkpoints');
  }

  get state(): string {
    return join(this.checkpoints, 'last.trainer.safetensors');
  }

  get lock(): string {
    return join(this.path, 'lock');
  }

  /** Asks the process that trains the run to stop. */
  get stopRequest(): string {
    return join(this.path, 'stop');
  }

  checkpoint(kind: CheckpointKind): string {
    return join(this.checkpoints, `${kind}.safetensors`);
  }

  /** @throws FormatError where something else than a regular file is in its place. */
  hasCheckpoint(kind: CheckpointKind): boolean {
    return isRegularFile(this.checkpoint(kind));
  }

  /** Whether there is a run in the folder, readable or not. */
  exists(): boolean {
    return lstatIfThere(this.experiment) !== undefined || this.hasConfig();
  }

  /** Whether the run is that of a program's own loop. */
  hasConfig(): boolean {
    return lstatIfThere(this.config) !== undefined && lstatIfThere(this.experiment) === undefined;
  }
}

/**
 * Makes a folder for a new run: `runs/<name>`, or with a number behind the name where that is taken: `<name>-2`, `<name>-3`.
 * No other process gets the same one.
 *
 * @throws RunError where the folder of runs, or one above it, is a file; what the file system throws.
 */
export function createRunFolder(runs: string, name: string): RunFolder {
  makeFolderForRuns(runs);
  for (let number = 1; ; number++) {
    const folder = new RunFolder(join(runs, number === 1 ? name : `${name}-${number}`));
    try {
      withPath(folder.path, () => mkdirSync(folder.path));
      withPath(runs, () => syncFolder(runs));
      return folder;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/**
 * Makes a folder for runs, or for the files of one.
 *
 * @throws RunError where it, or one above it, is a file; what the file system throws.
 */
export function makeFolderForRuns(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    const got = code === 'EEXIST' ? 'a file' : 'a path through a file';
    throw new RunError(`${path}: expected a folder, got ${got}`, { cause: error });
  }
}

/**
 * Makes a given folder that of a new run.
 *
 * @throws RunError when there is a run in it, and where it, or one above it, is a file.
 */
export function claimRunFolder(path: string): RunFolder {
  const folder = new RunFolder(path);
  if (folder.exists()) {
    throw new RunError(
      `run: expected a folder without a run, got ${folder.path}; resume that run or choose another folder`,
    );
  }
  makeFolderForRuns(folder.path);
  return folder;
}

/**
 * Makes a run's folder ready to be written, once this process has its lock: sees to it that nothing but files of a run is in their
 * places, so that no write fails hours later or ends up elsewhere, and removes what a process that was killed left half written.
 *
 * @throws RunError for a link, a folder or anything else in the place of one of the files.
 */
export function prepareRunFolder(folder: RunFolder): void {
  const stats = lstatIfThere(folder.checkpoints);
  if (stats !== undefined && !stats.isDirectory()) {
    const got = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
    throw new RunError(`${folder.checkpoints}: expected the folder of a run's checkpoints, got ${got}`);
  }
  makeFolder(folder.checkpoints);
  const weights = (['initial', 'last', 'best'] as const).map((kind) => folder.checkpoint(kind));
  for (const path of [
    folder.experiment,
    folder.config,
    folder.events,
    folder.summary,
    folder.state,
    ...weights,
  ]) {
    try {
      isRegularFile(path);
    } catch (error) {
      throw error instanceof FormatError ? new RunError(error.message) : error;
    }
  }
  removeTemporaries(folder.path);
  removeTemporaries(folder.checkpoints);
}
