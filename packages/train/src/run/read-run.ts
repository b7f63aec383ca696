import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError } from '@kindling/core';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { parseJsonDocument } from '../experiment/json-document.ts';
import { parseExperiment } from '../experiment/parse-experiment.ts';
import type { RunEvent, RunStatus } from './event.ts';
import { parseEvents } from './parse-events.ts';
import { RunError, RunFolder } from './run-folder.ts';
import { isLocked } from './run-lock.ts';
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

/** A run with all that it wrote. */
export interface Run extends RunOverview {
  readonly experiment: Experiment;
  readonly events: RunEvent[];
}

/** @throws FormatError where it is damaged. */
export function readSummary(folder: RunFolder): RunSummary {
  const { value } = parseJsonDocument(readFileSync(folder.summary, 'utf8'), folder.summary);
  const parsed = runSummarySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new FormatError(
    `${folder.summary}: expected the summary of a run, got ${path.join('.')}: ${message}`,
  );
}

function overview(folder: RunFolder): RunOverview {
  const summary = readSummary(folder);
  const unfinished = isLocked(folder) ? 'running' : 'interrupted';
  return {
    name: folder.name,
    folder,
    state: summary.status === 'running' ? unfinished : summary.status,
    summary,
  };
}

/** The experiment of a run. @throws RunError when the folder holds none. */
export function readRunExperiment(folder: RunFolder): Experiment {
  if (!folder.exists()) throw new RunError(`run: expected a run, got none in ${folder.path}`);
  const { value, positionOf } = parseJsonDocument(readFileSync(folder.experiment, 'utf8'), folder.experiment);
  return parseExperiment(value, {
    locate: (path) => ({ origin: folder.experiment, position: positionOf(path) }),
  });
}

/**
 * A run, whether it is over or still at work. A line that is only half written is left out.
 *
 * @throws RunError when the folder holds no run; FormatError, with file and line, where one of its files is damaged.
 */
export function readRun(path: string): Run {
  const folder = new RunFolder(path);
  const experiment = readRunExperiment(folder);
  const text = existsSync(folder.events) ? readFileSync(folder.events, 'utf8') : '';
  return { ...overview(folder), experiment, events: parseEvents(text, folder.events) };
}

/** The runs of a folder, the one that began last first. What is no run, or is just being made, is passed over. */
export function listRuns(runs: string): RunOverview[] {
  if (!existsSync(runs)) return [];
  return readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => new RunFolder(join(runs, name)))
    .filter((folder) => folder.exists() && existsSync(folder.summary))
    .map(overview)
    .sort((a, b) => b.summary.started - a.summary.started || (a.name < b.name ? 1 : -1));
}

/**
 * The run that a name stands for: that of this name, or the newest of the experiment of this name.
 *
 * @throws RunError when there is none.
 */
export function findRun(runs: string, name: string): RunOverview {
  const all = listRuns(runs);
  const found =
    all.find(({ summary }) => summary.experiment === name) ?? all.find((run) => run.name === name);
  if (found !== undefined) return found;
  const known = all.map((run) => run.name).join(', ') || 'no runs';
  throw new RunError(
    `run: expected a run or an experiment that was run, got ${JSON.stringify(name)}; ${runs} has ${known}`,
  );
}
