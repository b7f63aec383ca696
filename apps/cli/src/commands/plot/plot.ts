import { basename } from 'node:path';
import { nearestName } from '@kindling/core/internal';
import { formatBytes, plural } from '@kindling/train/internal/console';
import { type Chart, renderTerminal, type ThemeName } from '@kindling/viz';
import { type ChartName, chartNames } from '../../charts/chart-names.ts';
import type { DrawnRun, RunChart, RunChartOptions } from '../../charts/run-chart.ts';
import { chartsOf, runCharts } from '../../charts/run-charts.ts';
import { terminalSize } from '../../charts/terminal-size.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { readDrawnRuns } from './drawn-runs.ts';
import { pictureExtension, writePicture } from './picture-file.ts';

export interface PlotOptions extends RunChartOptions {
  readonly chart?: ChartName;
  readonly output?: string;
  readonly theme?: ThemeName;
}

/** `kindling plot`: draws what runs have logged. */
export async function plot(
  references: readonly string[],
  { chart, output: file, theme, ...options }: PlotOptions,
  output: Output,
): Promise<void> {
  if (file !== undefined) pictureExtension(file);
  const all = readDrawnRuns(references, output);
  const name = chart ?? chartNames.find((one) => all.some(({ columns }) => runCharts[one].has(columns)));
  if (name === undefined)
    throw new UsageError(`plot: expected runs that have logged something, got ${dataOf(all)}`);
  const kind = runCharts[name];
  checkOptions(name, kind, options);
  const drawable = withData(name, kind, all, output);
  checkMetrics(kind, drawable, options);
  if (output.json && file === undefined) {
    for (const run of drawable) {
      for (const record of kind.records(run, options))
        output.emit({ type: 'columns', chart: name, ...record });
    }
    return;
  }
  const { drawn, runs } = draw(kind, drawable, options, output);
  if (file === undefined) {
    output.print(
      renderTerminal(drawn, { ...terminalSize(drawn, output), color: output.color, theme: theme ?? 'dark' }),
    );
    return;
  }
  const bytes = await writePicture(file, drawn, theme ?? 'light');
  output.emit({ type: 'plotted', chart: name, runs: runs.map((run) => run.name), file, bytes });
  output.print(`${basename(file)}: ${name} of ${runsText(runs)}, ${formatBytes(bytes)}`);
}

const runsText = (runs: readonly DrawnRun[]): string =>
  runs.length === 1 ? runs[0]!.name : plural(runs.length, 'run');

/** Names of options as they stand on a command line. */
const flags: Readonly<Record<keyof RunChartOptions, string>> = {
  x: '--x',
  logY: '--log-y',
  smoothing: '--smoothing',
  metric: '--metric',
  index: '--index',
};

/** @throws UsageError for an option that changes nothing of the chart. */
function checkOptions(name: ChartName, { options: taken }: RunChart, options: RunChartOptions): void {
  for (const [key, flag] of Object.entries(flags)) {
    const option = key as keyof RunChartOptions;
    if (options[option] === undefined || taken.includes(option)) continue;
    const takers = chartNames.filter((one) => runCharts[one].options.includes(option));
    throw new UsageError(`${flag}: expected --chart ${takers.join(' or ')}, got ${name}`);
  }
}

/** @throws UsageError for a metric that no run has. */
function checkMetrics(
  { names }: RunChart,
  runs: readonly DrawnRun[],
  { metric = [] }: RunChartOptions,
): void {
  const known = [...new Set(runs.flatMap(({ columns }) => names?.(columns) ?? []))];
  for (const asked of metric) {
    if (known.some((name) => name === asked || name.startsWith(`${asked}/`))) continue;
    const near = nearestName(asked, known);
    const hint =
      near === undefined
        ? `; there are ${known.filter(Boolean).join(', ') || 'none'}`
        : `; did you mean ${near}?`;
    throw new UsageError(
      `--metric: expected a name that the runs have logged, got ${JSON.stringify(asked)}${hint}`,
    );
  }
}

/**
 * The runs that the chart can be drawn of; the others are notes.
 *
 * @throws UsageError where it is none of them, with the charts that they have.
 */
function withData(
  name: ChartName,
  { needs, has }: RunChart,
  runs: readonly DrawnRun[],
  output: Output,
): readonly DrawnRun[] {
  const drawable = runs.filter(({ columns }) => has(columns));
  if (drawable.length === 0) {
    throw new UsageError(`--chart ${name}: expected runs with ${needs}, got ${dataOf(runs)}`);
  }
  for (const run of runs) {
    if (!drawable.includes(run))
      output.note(`${run.name} was left out: it has no ${needs.replace(/^an? /, '')}`);
  }
  return drawable;
}

/** `xor, which has curves, dots`; of several runs what any of them has. */
function dataOf(runs: readonly DrawnRun[]): string {
  const found = chartNames.filter((name) => runs.some(({ columns }) => chartsOf(columns).includes(name)));
  const has = found.length === 0 ? 'no data for any chart' : `${found.join(', ')}`;
  return runs.length === 1 ? `${runs[0]!.name}, which has ${has}` : `${runs.length} runs, which have ${has}`;
}

/**
 * The chart of the runs; of several, those whose columns do not fit together are notes.
 *
 * @throws UsageError where there are no others, and where the options do not fit the columns.
 */
function draw(
  kind: RunChart,
  runs: readonly DrawnRun[],
  options: RunChartOptions,
  output: Output,
): { readonly drawn: Chart; readonly runs: readonly DrawnRun[] } {
  const problem = problemOf(() => kind.draw(runs, options));
  if (typeof problem !== 'string') return { drawn: problem, runs };
  const alone = runs.map((run) => ({ run, drawn: problemOf(() => kind.draw([run], options)) }));
  const sound = alone.flatMap(({ run, drawn }) => (typeof drawn === 'string' ? [] : [run]));
  if (sound.length === 0 || sound.length === runs.length) {
    throw new UsageError(`${problem} (${runs.map(({ name }) => name).join(', ')})`);
  }
  for (const { run, drawn } of alone) {
    if (typeof drawn === 'string') output.note(`${run.name} was left out: ${drawn}`);
  }
  return { drawn: kind.draw(sound, options), runs: sound };
}

/** What is drawn, or what does not fit together. */
function problemOf(drawing: () => Chart): Chart | string {
  try {
    return drawing();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message.replace(/^\w+: /, '');
  }
}
