import { join } from 'node:path';
import type { Sweep } from '@kindling/train';
import { type SweepFolder, type TrialResult, writeFileAtomic } from '@kindling/train/internal';
import { type Chart, compareTable, parallelCoordinates, renderTerminal } from '@kindling/viz';
import { renderHtml } from '@kindling/viz/html';
import { renderSvg } from '@kindling/viz/svg';
import { terminalSize } from '../../charts/terminal-size.ts';
import type { Output } from '../../terminal/output.ts';
import { gradientChart } from './gradient-chart.ts';
import { metricPaths } from './trial-table.ts';

/** Trials, the best first, drawn as lines across an axis for each setting and one for the metric. */
export function trialChart({ name, monitor, definition }: Sweep, trials: readonly TrialResult[]): Chart {
  const isLog = ([, axis]: [string, object]): boolean => 'type' in axis && axis.type === 'log';
  const logs = Object.entries(definition.axes).filter(isLog);
  return parallelCoordinates(
    { settings: settingColumns(trials), target: values(trials), runs: trials.map(({ run }) => run) },
    { title: name, targetName: monitor, scales: Object.fromEntries(logs.map(([axis]) => [axis, 'log'])) },
  );
}

/** Draws a chart for the terminal. */
export const terminalChart = (chart: Chart, output: Output): string =>
  renderTerminal(chart, { ...terminalSize(chart, output), color: output.color });

/**
 * Writes the charts of a sweep into its folder; the names of the files. One that fails is a note: the trials are not lost with it.
 *
 * @param chart of the trials
 */
export function writeSweepCharts(
  sweep: Sweep,
  trials: readonly TrialResult[],
  chart: Chart,
  folder: SweepFolder,
  output: Output,
): readonly string[] {
  const charts: Record<string, () => string | undefined> = {
    'sweep.svg': () => renderSvg(chart),
    'sweep.html': () => renderHtml(chart),
    'trials.html': () => renderHtml(comparison(sweep, trials)),
    'gradients.svg': () => gradientPicture(gradientChart(sweep, folder)),
  };
  return Object.entries(charts).flatMap(([file, draw]) => {
    try {
      const text = draw();
      if (text === undefined) return [];
      writeFileAtomic(join(folder.path, file), text);
      return [file];
    } catch (error) {
      output.note(`${file} was not written: ${error instanceof Error ? error.message : error}`);
      return [];
    }
  });
}

function comparison({ name, monitor }: Sweep, trials: readonly TrialResult[]): Chart {
  const others = metricPaths(trials).filter((path) => path !== monitor);
  return compareTable(
    {
      runs: trials.map(({ run }) => run),
      settings: { ...settingColumns(trials), state: trials.map(({ status }) => status) },
      metrics: {
        [monitor]: values(trials),
        ...Object.fromEntries(others.map((path) => [path, trials.map((trial) => metricAt(trial, path))])),
      },
    },
    { title: name },
  );
}

function gradientPicture(chart: Chart | undefined): string | undefined {
  if (chart === undefined) return undefined;
  const panels = 'panels' in chart ? chart.panels.length : 1;
  const columns = Math.min(3, panels);
  return renderSvg(chart, {
    width: Math.max(640, 360 * columns),
    height: 100 + 340 * Math.ceil(panels / columns),
  });
}

const values = (trials: readonly TrialResult[]): number[] =>
  trials.map(({ best }) => best?.value ?? Number.NaN);

function metricAt({ metrics }: TrialResult, path: string): number {
  const [split = '', metric = ''] = path.split('.');
  return metrics[split]?.[metric] ?? Number.NaN;
}

function settingColumns(
  trials: readonly TrialResult[],
): Record<string, (number | string | boolean | null)[]> {
  const names = [...new Set(trials.flatMap(({ settings }) => Object.keys(settings)))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      trials.map(({ settings }) => {
        const value = settings[name];
        if (value === undefined) return null;
        return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
          ? value
          : JSON.stringify(value);
      }),
    ]),
  );
}
