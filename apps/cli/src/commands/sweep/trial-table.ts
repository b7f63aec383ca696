import type { TrialResult } from '@kindling/train/internal';
import { formatMetric, formatSeconds } from '@kindling/train/internal/console';
import type { Output } from '../../terminal/output.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { settingText } from '../runs/compare/settings.ts';

/** `optimizer.lr=0.01, seed=3` */
export const settingsText = (settings: TrialResult['settings']): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${settingText(value)}`)
    .join(', ');

/** `0.0123456 after epoch 7`, or why there is no value. */
export function valueText({ best, status }: TrialResult, monitor: string): string {
  if (best?.monitor !== monitor) return status === 'completed' ? 'none measured' : status;
  return formatMetric(metricOf(monitor), best.value);
}

export const metricOf = (monitor: string): string => monitor.split('.').at(-1) ?? monitor;

/** A row for each trial, the best first and marked. */
export function trialTable(
  trials: readonly TrialResult[],
  best: TrialResult | undefined,
  monitor: string,
  { color, width }: Pick<Output, 'color' | 'width'>,
): string {
  const names = [...new Set(trials.flatMap(({ settings }) => Object.keys(settings)))];
  const others = otherMetrics(trials, monitor);
  const rows = trials.map((trial): Cell[] => [
    `${trial.run}${trial === best ? ' *' : ''}`,
    ...names.map((name): Cell => {
      const value = trial.settings[name];
      return typeof value === 'number' ? value : settingText(value);
    }),
    valueText(trial, monitor),
    ...others.map((path) => metricText(trial, path)),
    String(trial.epoch),
    formatSeconds(trial.seconds),
    trial.status,
  ]);
  const header = ['trial', ...names, monitor, ...others, 'epochs', 'duration', 'state'];
  return table(header, rows, { numeric: [monitor, ...others, 'epochs', 'duration'], color, width });
}

/** Paths of the metrics that any of the trials has, such as `validation.loss`. */
export const metricPaths = (trials: readonly TrialResult[]): readonly string[] => [
  ...new Set(
    trials.flatMap(({ metrics }) =>
      Object.entries(metrics).flatMap(([split, values]) =>
        Object.keys(values ?? {}).map((metric) => `${split}.${metric}`),
      ),
    ),
  ),
];

/** Metrics beside the monitored one, of the same samples. */
function otherMetrics(trials: readonly TrialResult[], monitor: string): readonly string[] {
  const [split] = monitor.split('.');
  return metricPaths(trials).filter((path) => path !== monitor && path.startsWith(`${split}.`));
}

function metricText({ metrics }: TrialResult, path: string): string {
  const [split = '', metric = ''] = path.split('.');
  const value = metrics[split]?.[metric];
  return value === undefined ? '-' : formatMetric(metric, value);
}
