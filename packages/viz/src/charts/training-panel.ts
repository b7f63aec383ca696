import { shortNumber } from '../axes/number-label.ts';
import type { ChartOption, NumberAxis, ScatterSeries } from '../option.ts';
import { bestDirection, bestMarker, bestPoint } from './best-point.ts';
import { type Curve, curveSeries } from './curve.ts';
import type { CurveStyle } from './curve-style.ts';
import { isWhole } from './find-curves.ts';
import { monotonicSegments } from './monotonic-segments.ts';
import { groupOf } from './run-styles.ts';
import { titleOf } from './title.ts';
import type { TrainingCurvesOptions } from './training-curves.ts';

/** Points of all curves of a chart together. */
const maxPoints = 40_000;

/** What the panels of a chart share. */
export interface PanelContext {
  readonly curves: readonly Curve[];
  /** By the name of a curve. */
  readonly styles: ReadonlyMap<string, CurveStyle>;
  readonly xName: string;
  /** Ends of x over all curves; `undefined` where there is one x or none. */
  readonly span: readonly [min: number, max: number] | undefined;
  /** The runs in colour where the others are a crowd. */
  readonly chosen: readonly string[] | undefined;
  readonly options: TrainingCurvesOptions;
}

/** The chart of the metrics of a group. */
export function trainingPanel(group: string, context: PanelContext): ChartOption {
  const { curves, styles, xName, span, options } = context;
  const own = curves.filter(({ metric }) => groupOf(metric) === group);
  const yScale = typeof options.yScale === 'object' ? options.yScale[group] : options.yScale;
  const segments = own.map(monotonicSegments);
  const drawn = curveSeries(
    segments.flat(),
    segments.flat().map(({ name }) => styles.get(name)!),
    {
      xName,
      ...(options.xScale ? { xScale: options.xScale } : {}),
      ...(yScale ? { yScale } : {}),
      ...(options.smoothing ? { smoothing: options.smoothing } : {}),
      maxPoints: options.maxPoints ?? Math.max(200, Math.min(2000, Math.floor(maxPoints / curves.length))),
    },
  );
  const resumed = segments.filter((some) => some.length > 1).length;
  const { markers, notes } =
    options.best === false || drawn.series.length === 0
      ? { markers: [], notes: [] }
      : bestPoints(own, segments, context);
  const series = [...drawn.series, ...markers];
  const all = [
    ...notes,
    ...drawn.notes,
    ...(resumed > 0 ? [`${xName} falls in ${resumed} of ${own.length} curves: drawn in pieces`] : []),
    ...(series.length === 0 ? ['no values to draw'] : []),
  ];
  const isWall = options.x === 'wall';
  const xAxis: NumberAxis = {
    type: options.xScale === 'log' ? 'log' : 'value',
    name: xName,
    scale: true,
    ...(isWall ? { labels: 'clock' } : {}),
    ...(!isWall && own.length > 0 && own.every(({ x }) => isWhole(x)) ? { minInterval: 1 } : {}),
    ...(span ? { min: span[0], max: span[1] } : { min: 'dataMin', max: 'dataMax' }),
  };
  return {
    animation: false,
    ...titleOf('', all),
    xAxis,
    yAxis: [
      {
        type: yScale === 'log' ? 'log' : 'value',
        name: group,
        // A loss is read against zero; an accuracy between 0.97 and 0.98 would be flat against it.
        scale: bestDirection(group) === 'max',
      },
    ],
    series,
  };
}

/** The markers of the best points, and a note that says where they are, for up to three of them. */
function bestPoints(
  curves: readonly Curve[],
  segments: readonly (readonly Curve[])[],
  { styles, xName, chosen, options }: PanelContext,
): { markers: ScatterSeries[]; notes: string[] } {
  const markers: ScatterSeries[] = [];
  const texts: string[] = [];
  for (const [i, curve] of curves.entries()) {
    const { run, metric, split, name } = curve;
    if (chosen && !chosen.includes(run)) continue;
    if (split === 'train' && isValidated(curves, curve)) continue;
    const direction = (options.best || undefined)?.[metric] ?? bestDirection(metric);
    if (!direction) continue;
    const smoothing = split === 'train' ? (options.smoothing ?? 0) : 0;
    const best = bestPoint(segments[i]!, direction, smoothing);
    if (!best) continue;
    markers.push(bestMarker(best, styles.get(name)!.color));
    const place =
      options.x === 'wall' ? '' : ` at ${xName.replace(/ \(.*\)$/, '')} ${shortNumber(best.x, 6)}`;
    texts.push(`${curves.length > 1 ? `${name} ` : ''}${shortNumber(best.y)}${place}`);
  }
  const isShown = texts.length > 0 && texts.length <= 3;
  return { markers, notes: isShown ? [`best: ${texts.join(', ')}`] : [] };
}

/** Whether the metric of a run was measured on held-back samples. */
function isValidated(curves: readonly Curve[], { run, metric }: Curve): boolean {
  return curves.some((one) => one.run === run && one.metric === metric && one.split === 'validation');
}
