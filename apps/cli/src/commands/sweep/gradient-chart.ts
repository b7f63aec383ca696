import { readRunColumns, type Sweep } from '@kindling/train';
import type { SweepFolder, TrialResult } from '@kindling/train/internal';
import { type Chart, type ChartOption, gradientNorms } from '@kindling/viz';
import { isOfKind } from '../../charts/samples.ts';
import { settingsText } from './trial-table.ts';

type Settings = TrialResult['settings'];

/** The gradient of each layer's weights in a trial, from the first layer to the last. */
interface LayerNorms {
  readonly settings: Settings;
  readonly norms: readonly number[];
}

/** Panels, and lines in each, that are distinct. */
const most = { panels: 6, lines: 12 } as const;

/**
 * How long the gradient of each layer's weights was at the first evaluation: a line a trial, from the first layer to the last, a
 * panel for each value of the first axis of words, all on one scale. Where a line falls by decades towards the first layer, the
 * gradient vanishes. Undefined where no trial has more than one layer.
 */
export function gradientChart({ trials }: Sweep, folder: SweepFolder): Chart | undefined {
  const all = trials.flatMap(({ run, settings }): LayerNorms[] => {
    const norms = folder.run(run).exists() ? layerNorms(folder.run(run).path) : [];
    return norms.length > 1 ? [{ settings, norms }] : [];
  });
  if (all.length === 0) return undefined;
  const key = panelKey(all);
  const values = key === undefined ? [undefined] : [...new Set(all.map(({ settings }) => settings[key]))];
  const range = decades(all.flatMap(({ norms }) => norms));
  const panels = values.map((value): ChartOption => {
    const lines = all.filter(({ settings }) => key === undefined || settings[key] === value);
    return {
      ...panelOf(lines.slice(0, most.lines), key, range),
      title: { text: key === undefined ? '' : `${key}=${value}` },
    };
  });
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const title = { text: 'Gradient norm of the weights by layer, at the first evaluation' };
  return { animation: false, title, legend: { data: names }, panels, columns: Math.min(3, panels.length) };
}

function layerNorms(path: string): readonly number[] {
  const { samples } = readRunColumns(path).columns;
  const first = samples.find((sample) => isOfKind(sample, 'gradientNorms'));
  if (first === undefined || !isOfKind(first, 'gradientNorms')) return [];
  return first.norms.filter((_, i) => first.parameters[i]?.endsWith('.weight'));
}

/** The first axis of words, of which there are few: those are worth a panel each. */
function panelKey(trials: readonly LayerNorms[]): string | undefined {
  const names = Object.keys(trials[0]?.settings ?? {});
  return names.find((name) => {
    const values = new Set(trials.map(({ settings }) => settings[name]));
    return (
      values.size > 1 && values.size <= most.panels && [...values].every((value) => typeof value === 'string')
    );
  });
}

function panelOf(trials: readonly LayerNorms[], key: string | undefined, range: object): ChartOption {
  const layers = Math.max(...trials.map(({ norms }) => norms.length));
  const chart = gradientNorms(
    {
      step: Array.from({ length: layers }, (_, i) => i + 1),
      norms: Object.fromEntries(
        trials.map(({ settings, norms }) => [
          settingsText(Object.fromEntries(Object.entries(settings).filter(([name]) => name !== key))),
          Array.from({ length: layers }, (_, i) => norms[i] ?? Number.NaN),
        ]),
      ),
    },
    { xName: 'layer' },
  );
  const [y] = chart.yAxis;
  const { legend: _, ...rest } = chart;
  return { ...rest, yAxis: [{ ...y, ...range }] };
}

/** The powers of ten around norms. */
function decades(norms: readonly number[]): { readonly min?: number; readonly max?: number } {
  const logs = norms.filter((norm) => norm > 0 && Number.isFinite(norm)).map(Math.log10);
  return logs.length === 0
    ? {}
    : { min: 10 ** Math.floor(Math.min(...logs)), max: 10 ** Math.ceil(Math.max(...logs)) };
}
