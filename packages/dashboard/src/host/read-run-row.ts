import {
  flatSettings,
  type RunFolder,
  type RunSummary,
  readRunDocument,
  readRunNotes,
  readRunOverview,
} from '@kindling/train/runs';
import type { RunRow } from '../protocol.ts';
import { extend, type MetricRange, type MetricRanges } from './metric-ranges.ts';

/** A row shows no more settings, and no longer texts. */
const MAX_SETTINGS = 300;
const MAX_TEXT = 200;

/**
 * A run as a row of the table: from its summary, its lock, its settings as they are written, its notes, and what its log comes to. A run
 * that cannot be read is a row that says why. Never throws.
 */
export function readRunRow(id: string, folder: RunFolder, log: MetricRanges | undefined): RunRow {
  const { name } = folder;
  try {
    const { state, summary } = readRunOverview(folder);
    const settings = settingsOf(folder);
    const { started, seconds, device, parameters, epochs } = summary;
    const isOver = summary.status !== 'running';
    const failure =
      !isOver && state !== 'running' && log?.finished?.status === 'failed' ? log.finished : undefined;
    const reason = failure?.error ?? failure?.reason ?? summary.error ?? summary.reason;
    return {
      id,
      name,
      state: failure?.status ?? state,
      ...(reason === undefined ? {} : { reason }),
      started,
      seconds: isOver ? seconds : Math.max(seconds, log?.seconds ?? 0),
      ...(device === undefined ? {} : { device }),
      ...(parameters === undefined ? {} : { parameters }),
      step: isOver ? summary.step : Math.max(summary.step, log?.steps ?? 0),
      epoch: isOver ? summary.epoch : Math.max(summary.epoch, log?.epochs ?? 0),
      ...(epochs === undefined ? {} : { epochs }),
      settings,
      metrics: metricsOf(summary, folder, log),
      ...notesOf(folder),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { id, name, state: 'damaged', reason, settings: {}, metrics: {}, ...notesOf(folder) };
  }
}

/** Settings by dotted path, as texts. */
function settingsOf(folder: RunFolder): Record<string, string> {
  const all = [...flatSettings(documentOf(folder))].slice(0, MAX_SETTINGS);
  return Object.fromEntries(all.map(([path, value]) => [path, settingText(value)]));
}

function documentOf(folder: RunFolder): unknown {
  const text = readRunDocument(folder);
  try {
    return JSON.parse(text);
  } catch (error) {
    const path = folder.hasConfig() ? folder.config : folder.experiment;
    throw new Error(`${path}: expected JSON, got ${error instanceof Error ? error.message : error}`);
  }
}

function settingText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

/** What the log has measured; what a run of an experiment ended with is in its summary. */
function metricsOf(summary: RunSummary, folder: RunFolder, log: MetricRanges | undefined): RunRow['metrics'] {
  const metrics = new Map<string, MetricRange>();
  for (const [name, range] of log?.ranges ?? []) metrics.set(name, { ...range });
  for (const [group, values] of Object.entries(summary.metrics)) {
    // Of a program's own loop `train` may be values of steps, which the log distinguishes.
    if (folder.hasConfig() && (log !== undefined || group === 'train')) continue;
    for (const [name, value] of Object.entries(values ?? {})) {
      const range = metrics.get(`${group}/${name}`);
      if (range === undefined) metrics.set(`${group}/${name}`, { last: value });
      else if (summary.status !== 'running') extend(range, value);
    }
  }
  return Object.fromEntries(metrics);
}

/** Notes that cannot be read are left out: a row has no place for what is wrong with them, and annotating the run tells. */
function notesOf(folder: RunFolder): Pick<RunRow, 'note' | 'tags'> {
  try {
    return readRunNotes(folder);
  } catch {
    return { note: '', tags: [] };
  }
}
