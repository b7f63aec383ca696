import type { RunRow, RunRowState } from '@kindling/dashboard/protocol';
import { l10n } from 'vscode';
import { bestMetric, durationText, lastLoss, metricText, numberText, progress } from '../runs/run-values.ts';

/** A run in the view, as plain texts. */
export interface RunItem {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Lines of the tooltip. */
  readonly lines: readonly string[];
  /** Name of a codicon, and of its colour. */
  readonly icon: string;
  readonly color: string | undefined;
  /** What menus ask for: `run.running`, `run.over`, `run.program`, `run.damaged`. */
  readonly context: string;
}

interface Look {
  readonly icon: string;
  readonly color?: string;
  readonly name: () => string;
}

const looks: Readonly<Record<RunRowState, Look>> = {
  running: { icon: 'sync~spin', color: 'charts.blue', name: () => l10n.t('running') },
  interrupted: { icon: 'debug-pause', color: 'charts.yellow', name: () => l10n.t('interrupted') },
  completed: { icon: 'pass', color: 'charts.green', name: () => l10n.t('completed') },
  stopped: { icon: 'debug-stop', name: () => l10n.t('stopped') },
  diverged: { icon: 'warning', color: 'charts.orange', name: () => l10n.t('diverged') },
  failed: { icon: 'error', color: 'charts.red', name: () => l10n.t('failed') },
  damaged: { icon: 'question', color: 'charts.red', name: () => l10n.t('damaged') },
};

/** A row of the feed as an item. */
export function runItem(row: RunRow): RunItem {
  const { icon, color, name } = looks[row.state];
  const loss = lastLoss(row);
  const best = bestMetric(row);
  const part = row.state === 'running' ? progress(row) : undefined;
  const description = [
    part === undefined ? name() : `${Math.floor(part * 100)} %`,
    ...(loss === undefined ? [] : [l10n.t('loss {0}', numberText(loss))]),
    ...(best === undefined || isLoss(best.name) ? [] : [metricText(best)]),
    ...(row.device === undefined ? [] : [row.device]),
    ...(row.seconds === undefined ? [] : [durationText(row.seconds)]),
  ];
  return {
    id: row.id,
    label: row.id,
    description: description.join(' · '),
    lines: linesOf(row),
    icon,
    color,
    context: contextOf(row),
  };
}

const isLoss = (name: string): boolean => /(^|\/)loss$/.test(name);

function linesOf(row: RunRow): string[] {
  const best = bestMetric(row);
  const { epoch, epochs, device, seconds, parameters, note, reason } = row;
  return [
    `${row.name}: ${looks[row.state].name()}`,
    ...(reason === undefined ? [] : [reason]),
    ...(best === undefined ? [] : [l10n.t('best {0}: {1}', best.name, metricText(best))]),
    ...(epoch === undefined
      ? []
      : [l10n.t('epoch {0}', epochs === undefined ? String(epoch) : `${epoch} / ${epochs}`)]),
    ...(device === undefined ? [] : [l10n.t('device {0}', device)]),
    ...(parameters === undefined ? [] : [l10n.t('{0} parameters', parameters.toLocaleString('en'))]),
    ...(seconds === undefined ? [] : [l10n.t('trained for {0}', durationText(seconds))]),
    ...(row.tags.length === 0 ? [] : [row.tags.join(', ')]),
    ...(note === '' ? [] : [note]),
  ];
}

/** Runs of programs have no epochs planned and no experiment, by which the command line could go on with them. */
function contextOf({ state, settings }: RunRow): string {
  if (state === 'running' || state === 'damaged') return `run.${state}`;
  return Object.keys(settings).some((path) => path === 'optimizer.type') ? 'run.over' : 'run.program';
}
