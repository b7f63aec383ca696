import { join, resolve } from 'node:path';
import { FormatError } from '@kindling/core';
import { FileLock, LockError, type LockOptions, ownerText } from '@kindling/data/internal';
import { toJson } from '../events/json-number.ts';
import { parseJsonDocument } from '../experiment/json-document.ts';
import { makeFolder, removeTemporaries, writeFileAtomic } from '../run/atomic-file.ts';
import { valueDifferences } from '../run/compare-experiments.ts';
import { isRegularFile, MAX_DOCUMENT_BYTES, readRegularText } from '../run/regular-file.ts';
import { RunError, RunFolder } from '../run/run-folder.ts';
import type { PruneSettings } from './sweep-schema.ts';
import type { SweepSummary } from './sweep-summary.ts';

/** `sweep.json`: what a sweep was begun with. */
export interface SweepDefinition {
  readonly name: string;
  /** The experiment's document, before anything changes it. */
  readonly experiment: unknown;
  readonly variant: string | null;
  /** Changes to every trial, as `--set` takes them. */
  readonly set: readonly string[];
  /** By name: `paths` with a list of `values` or an interval from `low` to `high`, or `options`. */
  readonly axes: Readonly<Record<string, object>>;
  /** Trials that were drawn at random; null of a grid. */
  readonly draws: number | null;
  readonly seed: number | null;
  readonly prune: PruneSettings | null;
  /** The metric by which trials are compared. */
  readonly monitor: string;
  /** Each with the folder of its run, and the value of each axis. */
  readonly trials: readonly { readonly run: string; readonly settings: Readonly<Record<string, unknown>> }[];
}

/** The folder of a trial's run: numbers from 1, of as many digits as the last has, two at least. */
export const trialName = (index: number, count: number): string =>
  `trial-${String(index + 1).padStart(Math.max(2, String(count).length), '0')}`;

/**
 * Where a sweep keeps what:
 *
 *     <sweep>/sweep.json         what it was begun with, and its trials
 *             summary.json       how each trial ended, and the best
 *             trial-01/          the run of a trial, as any other run
 */
export class SweepFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get definition(): string {
    return join(this.path, 'sweep.json');
  }

  get summary(): string {
    return join(this.path, 'summary.json');
  }

  get lock(): string {
    return join(this.path, 'lock');
  }

  run(name: string): RunFolder {
    return new RunFolder(join(this.path, name));
  }

  writeSummary(summary: SweepSummary): void {
    writeFileAtomic(this.summary, `${toJson(summary, 2)}\n`);
  }
}

/** A sweep's folder that this process alone works in, until it is released. */
export interface ClaimedSweepFolder {
  readonly folder: SweepFolder;
  /** Whether the sweep was begun before. */
  readonly isOld: boolean;
  release(): void;
}

/** Differences that an error lists. */
const MAX_DIFFERENCES = 5;

/**
 * Makes a folder that of a sweep, or finds that sweep in it.
 *
 * @throws RunError for a folder that holds a run or another sweep, or in which another process sweeps; FormatError where
 *   `sweep.json` is damaged
 */
export async function claimSweepFolder(
  path: string,
  definition: SweepDefinition,
  options: Pick<LockOptions, 'signal'> = {},
): Promise<ClaimedSweepFolder> {
  const folder = new SweepFolder(path);
  if (new RunFolder(folder.path).exists()) {
    throw new RunError(`sweep: expected a folder of a sweep, or a new one, got a run in ${folder.path}`);
  }
  // Before the lock: a folder that is refused stays as it is.
  const isOld = checkDefinition(folder, definition);
  const taken = isOld ? undefined : definition.trials.find(({ run }) => folder.run(run).exists());
  if (taken !== undefined) {
    throw new RunError(
      `sweep: expected a folder of this sweep, or a new one, got ${folder.path} with a run ${taken.run} and no sweep.json`,
    );
  }
  makeFolder(folder.path);
  const lock = await lockSweep(folder, options);
  try {
    removeTemporaries(folder.path);
    // Another process may have been faster.
    if (!isOld && !checkDefinition(folder, definition)) {
      writeFileAtomic(folder.definition, `${toJson(definition, 2)}\n`);
    }
    return { folder, isOld, release: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Texts of an experiment that change no trial. */
const PROSE = ['experiment.description', 'experiment.$schema'];

/** Whether the folder has this sweep. @throws RunError where it has another */
function checkDefinition(folder: SweepFolder, definition: SweepDefinition): boolean {
  if (!isRegularFile(folder.definition)) return false;
  const { value } = parseJsonDocument(
    readRegularText(folder.definition, MAX_DOCUMENT_BYTES),
    folder.definition,
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(`${folder.definition}: expected the definition of a sweep, got something else`);
  }
  const now: object = JSON.parse(JSON.stringify(definition));
  const keys = [...new Set([...Object.keys(value), ...Object.keys(now)])];
  const all = keys
    .flatMap((key) => valueDifferences(Reflect.get(value, key), Reflect.get(now, key), key))
    .filter((difference) => !PROSE.some((path) => difference.startsWith(`${path} (`)));
  if (all.length === 0) return true;
  // The trials follow from all else: they differ where that does.
  const causes = all.filter((difference) => !difference.startsWith('trials.'));
  const shown = (causes.length > 0 ? causes : all).slice(0, MAX_DIFFERENCES);
  const more = (causes.length > 0 ? causes : all).length - shown.length;
  throw new RunError(
    `sweep: expected the sweep that ${folder.path} was started with, got one that differs in ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}; choose another --run-dir`,
  );
}

async function lockSweep(
  { path, lock }: SweepFolder,
  options: Pick<LockOptions, 'signal'>,
): Promise<FileLock> {
  try {
    return await FileLock.acquire(lock, {
      ...options,
      refuse: (owner) => new RunError(`sweep: ${path} is in use by ${ownerText(owner, lock)}`),
    });
  } catch (error) {
    throw error instanceof LockError ? new RunError(error.message) : error;
  }
}
