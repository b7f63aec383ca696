import { FormatError } from '@kindling/core/internal/errors';
import { existsSync, isLocked, join, readdirSync } from '@kindling/data/internal';
import type { RunEvent, RunStatus } from '../events/event.ts';
import type { EventReading } from '../events/event-reader.ts';
import { RunColumns } from '../events/run-columns.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { type JsonDocument, parseJsonDocument } from '../experiment/json-document.ts';
import { applyOverrides, parseOverride } from '../experiment/overrides.ts';
import { parseExperiment } from '../experiment/parse-experiment.ts';
import { didYouMean, type Locate } from '../experiment/problem.ts';
import { readLogTail } from './log-tail.ts';
import { readLog } from './read-events.ts';
import { isRegularFile, MAX_DOCUMENT_BYTES, readRegularText } from './regular-file.ts';
import { RunError, RunFolder } from './run-folder.ts';
import { type RunSummary, runSummarySchema } from './summary.ts';

/** `interrupted`: neither at work nor brought to an end; it can be resumed. */
export type RunState = 'running' | 'interrupted' | RunStatus;

/** A run in short. */
export interface RunOverview {
  readonly name: string;
  readonly folder: RunFolder;
  readonly state: RunState;
  readonly summary: RunSummary;
}

/** A run that cannot be read. */
export interface DamagedRun {
  readonly name: string;
  readonly folder: RunFolder;
  readonly state: 'damaged';
  /** What is wrong with it: the file, what was expected, what came. */
  readonly problem: string;
}

/** What a run is about. */
interface RunSubject {
  /** Of a run of `runExperiment`. */
  readonly experiment: Experiment | undefined;
  /** Of a run of `createRun`: any JSON. */
  readonly config: unknown;
}

/** A run with what its log comes to. */
export interface RunReading extends RunOverview, RunSubject, EventReading {
  readonly columns: RunColumns;
}

/** A run with all that it wrote. */
export interface Run extends RunReading {
  readonly events: RunEvent[];
}

const readDocument = (path: string): JsonDocument =>
  parseJsonDocument(readRegularText(path, MAX_DOCUMENT_BYTES), path);

/** @throws FormatError where it is damaged. */
export function readSummary(folder: RunFolder): RunSummary {
  const { value } = readDocument(folder.summary);
  const parsed = runSummarySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new FormatError(
    `${folder.summary}: expected the summary of a run, got ${path.join('.') || 'one'}: ${message}`,
  );
}

/**
 * A run as its summary and its lock tell; the log of one that is at work knows more.
 *
 * @throws FormatError where the summary is damaged; what the file system throws where there is none.
 */
export function readRunOverview(folder: RunFolder): RunOverview {
  const summary = readSummary(folder);
  const unfinished = isLocked(folder.lock) ? 'running' : 'interrupted';
  return {
    name: folder.name,
    folder,
    state: summary.status === 'running' ? unfinished : summary.status,
    summary,
  };
}

/**
 * The experiment of a run, with changes such as `epochs=60`.
 *
 * @throws RunError when the folder holds none; FormatError and ExperimentError where it is damaged.
 */
export function readRunExperiment(folder: RunFolder, set: readonly string[] = []): Experiment {
  if (!folder.exists()) throw new RunError(`no run in ${folder.path}`);
  if (folder.hasConfig()) {
    throw new RunError(
      `run ${folder.name}: expected a run of an experiment, got a run of createRun, which has only ${folder.config}`,
    );
  }
  const { value, rangeOf } = readDocument(folder.experiment);
  const changes = set.map((text) => ({ text, override: parseOverride(text) }));
  const locate: Locate = (path, part) => {
    const change = changes.findLast(({ override }) =>
      override.path.every((key, i) => key === String(path[i])),
    );
    return change === undefined
      ? { origin: folder.experiment, range: rangeOf(path, part) }
      : { origin: `--set ${change.text}` };
  };
  const document = applyOverrides(
    value,
    changes.map(({ override }) => override),
  );
  return parseExperiment(document, { locate });
}

/**
 * The text of `experiment.json`, or of `config.json`, as it is written.
 *
 * @throws FormatError where something else than a file of up to 16 MiB is in its place; what the file system throws.
 */
export const readRunDocument = (folder: RunFolder): string =>
  readRegularText(folder.hasConfig() ? folder.config : folder.experiment, MAX_DOCUMENT_BYTES);

/**
 * The settings of a run: its experiment, or the `config` of `createRun`, which is any JSON.
 *
 * @throws {RunError} when the folder holds no run; FormatError and ExperimentError where it is damaged.
 */
export function readRunSettings(folder: RunFolder): unknown {
  const { experiment, config } = readSubject(folder);
  return experiment ?? config;
}

/**
 * A run with every event of its log, which may be millions: {@link readRunColumns} takes less memory.
 *
 * @throws {RunError} when the folder holds no run; FormatError, with the file, where one of its files is damaged.
 */
export function readRun(path: string): Run {
  const events: RunEvent[] = [];
  return { ...readLogged(path, (event) => void events.push(event)), events };
}

/**
 * A run, whether it is over or still at work, with its log as columns. Lines of the log that are damaged and events of a type that this
 * version does not know are passed over and counted; a line that is only half written is left out. How far the run is comes from its
 * log, where that knows more than the summary: a process that is killed, or finds the disk full, leaves an older one.
 *
 * @throws {RunError} when the folder holds no run; FormatError, with the file, where one of its files is damaged.
 */
export function readRunColumns(path: string): RunReading {
  return readLogged(path);
}

function readLogged(path: string, onEvent?: (event: RunEvent) => void): RunReading {
  const folder = new RunFolder(path);
  const subject = readSubject(folder);
  const columns = new RunColumns();
  const sink =
    onEvent === undefined
      ? columns
      : {
          event: (event: RunEvent) => {
            columns.event(event);
            onEvent(event);
          },
        };
  const reading = isRegularFile(folder.events)
    ? readLog(folder.events, sink)
    : { skipped: 0, unknown: 0, problem: undefined };
  return { ...caughtUp(readRunOverview(folder), columns), ...subject, columns, ...reading };
}

function readSubject(folder: RunFolder): RunSubject {
  return folder.hasConfig()
    ? { experiment: undefined, config: readDocument(folder.config).value }
    : { experiment: readRunExperiment(folder), config: undefined };
}

/** An overview with what the log knows beyond the summary. */
function caughtUp(run: RunOverview, columns: RunColumns): RunOverview {
  if (run.summary.status !== 'running') return run;
  const summary = {
    ...run.summary,
    // What a run of an experiment measured is in its summary.
    ...(run.folder.hasConfig() ? { metrics: { ...run.summary.metrics, ...newestMetrics(columns) } } : {}),
    epoch: Math.max(run.summary.epoch, columns.epochsDone),
    step: Math.max(run.summary.step, columns.stepsTaken),
  };
  const { finished } = columns;
  if (finished?.status !== 'failed' || run.state === 'running') return { ...run, summary };
  const { status, reason, error } = finished;
  return { ...run, state: status, summary: { ...summary, status, reason, error } };
}

/** By group: of the newest epoch, and as `train`, where it has no such group, the newest values of steps. */
function newestMetrics({ epochs, steps }: RunColumns): RunSummary['metrics'] {
  const { lr: _, ...train } = steps.newest;
  return { ...(Object.keys(train).length === 0 ? {} : { train }), ...epochs.last };
}

/**
 * The runs of a folder, the one that began last first, and behind them those that cannot be read: each is read for itself. What is
 * no run, or is just being made, is passed over.
 */
export function listRuns(runs: string): (RunOverview | DamagedRun)[] {
  if (!existsSync(runs)) return [];
  const all = readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => new RunFolder(join(runs, name)))
    .filter((folder) => folder.exists())
    .map(runOverview);
  const readable = all.filter((run): run is RunOverview => run.state !== 'damaged');
  const damaged = all.filter((run): run is DamagedRun => run.state === 'damaged');
  return [
    ...readable.sort((a, b) => b.summary.started - a.summary.started || (a.name < b.name ? 1 : -1)),
    ...damaged.sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}

/** A run in short, or what is wrong with it. */
export function runOverview(folder: RunFolder): RunOverview | DamagedRun {
  try {
    readSubject(folder);
    const hasLog = isRegularFile(folder.events);
    const run = readRunOverview(folder);
    // A summary that says that the run is at work is older than its log.
    return hasLog && run.summary.status === 'running' ? caughtUp(run, readLogTail(folder.events)) : run;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name: folder.name, folder, state: 'damaged', problem };
  }
}

/**
 * The run that a name stands for: that of this name, or the newest of the experiment of this name.
 *
 * @throws RunError when there is none, and for one that cannot be read.
 */
export function findRun(runs: string, name: string): RunOverview {
  const all = listRuns(runs);
  const readable = all.filter((run): run is RunOverview => run.state !== 'damaged');
  const found =
    readable.find(({ summary }) => summary.experiment === name) ?? all.find((run) => run.name === name);
  if (found?.state === 'damaged') throw new RunError(`run ${name} is damaged: ${found.problem}`);
  if (found !== undefined) return found;
  const names = all.map((run) => run.name);
  const known = names.length > 0 ? `its runs are ${names.join(', ')}` : 'the folder has no runs';
  const hint = didYouMean(name, names) || `; ${known}`;
  throw new RunError(`no run named ${JSON.stringify(name)} in ${join(runs, '/')}${hint}`);
}
