import { metricGoal } from '@kindling/train/events';
import type { ChartOption } from '@kindling/viz';
import type { CurveAxis } from './axis.ts';
import { bestRow } from './best-row.ts';
import type { Curve } from './curve.ts';
import { curvePoints } from './curve-points.ts';
import type { CurveStyle } from './curve-style.ts';
import { joinedLines } from './joined-lines.ts';
import { isPlaced, type Point, type Range } from './visible-points.ts';

/** A curve as a panel draws it. */
export interface DrawnCurve {
  readonly curve: Curve;
  readonly style: CurveStyle;
  /** `behind` where others are pinned. */
  readonly emphasis: 'pinned' | 'usual' | 'behind';
}

export interface PanelOptions {
  readonly axis: CurveAxis;
  readonly xName: string;
  /** Name of the panel. */
  readonly group: string;
  /** What is shown of x; all that there is where nothing was zoomed. */
  readonly range: Range | undefined;
  /** Ends of the axis. */
  readonly extent: Range | undefined;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** Weight of the moving average of training curves, 0 for none. */
  readonly smoothing: number;
  /** Pixels across. */
  readonly width: number;
  /** Seconds, minutes or hours in a unit of the axis `relative`. */
  readonly secondsPerUnit: number;
}

export interface PanelChart {
  readonly option: ChartOption;
  /** Values that a logarithmic axis has no place for are left out. */
  readonly hasDropped: boolean;
}

/** Points of all lines of a panel together. */
const maxPanelPoints = 6000;
/** Up to so many values, each is marked on its line: a reader sees the epochs. */
const markedValues = 40;
/** From so many on, a line is drawn thinner: it is mostly noise. */
const denseValues = 400;
/** From so many lines on, each is thin, without marks of its values, and the best point of all is marked alone. */
const crowd = 12;

/** The chart of a panel of curves. */
export function panelChart(drawn: readonly DrawnCurve[], options: PanelOptions): PanelChart {
  const { axis, xName, group, range, extent, isLogX, isLogY, smoothing, secondsPerUnit } = options;
  const maxPoints = Math.max(
    100,
    Math.min(Math.round(2 * options.width), Math.floor(maxPanelPoints / Math.max(1, drawn.length))),
  );
  const scaled = (points: Point[]): Point[] =>
    secondsPerUnit === 1 ? points : points.map(([x, y]) => [x / secondsPerUnit, y]);
  const series: ChartOption['series'] = [];
  const points: BestPoint[] = [];
  // The best value of a metric is that of held-back samples where it was measured on those too.
  const validated = new Set(
    drawn
      .filter(({ curve }) => curve.split === 'validation')
      .map(({ curve }) => `${curve.run} ${curve.metric} train`),
  );
  const isCrowd = drawn.length > crowd;
  let hasDropped = false;
  for (const { curve, style, emphasis } of drawn) {
    const isSmoothed = smoothing > 0 && curve.split === 'train';
    const pointOptions = { range, isLogX, isLogY, maxPoints };
    const measured = scaled(curvePoints(curve, 0, pointOptions));
    const opacity = emphasis === 'behind' ? 0.25 : 1;
    const pinnedWidth = emphasis === 'pinned' ? 1 : 0;
    const z = emphasis === 'pinned' ? 5 : emphasis === 'behind' ? 1 : 3;
    const width = (isCrowd ? 1 : measured.length > denseValues ? 1.25 : 2) + pinnedWidth;
    const isMarked = opacity === 1 && !isCrowd;
    if (isSmoothed) {
      const average = scaled(curvePoints(curve, smoothing, pointOptions));
      series.push(line(style, average, { width: 2 + pinnedWidth, opacity, z: z + 1, isMarked }));
      series.push(line(style, measured, { width: 1, opacity: 0.28 * opacity, z: 2, isMarked: false }));
    } else {
      series.push(line(style, measured, { width, opacity, z, isMarked }));
    }
    if (isLogY && curve.hasNonPositive) hasDropped = true;
    const best = emphasis === 'behind' ? undefined : bestRow(curve, isSmoothed ? smoothing : 0);
    if (best === undefined || validated.has(`${curve.run} ${curve.metric} ${curve.split}`)) continue;
    const values = isSmoothed ? curve.smoothed(smoothing).y : curve.y;
    const point = { x: curve.x[best]!, y: values[best]!, metric: curve.metric, color: style.color };
    if (isPlaced(point.x, isLogX) && isPlaced(point.y, isLogY) && isInside(point.x, range))
      points.push(point);
  }
  for (const { x, y, color } of isCrowd ? bestOfAll(points) : points) {
    series.push(marker([x / secondsPerUnit, y], color));
  }
  const [min, max] = extent && extent[0] < extent[1] ? extent : [undefined, undefined];
  return {
    hasDropped,
    option: {
      animation: false,
      xAxis: {
        type: isLogX ? 'log' : 'value',
        name: xName,
        scale: true,
        ...(axis === 'wall' ? { labels: 'clock' as const } : {}),
        ...(axis === 'step' ? { minInterval: 1 } : {}),
        min: min === undefined ? 'dataMin' : min / secondsPerUnit,
        max: max === undefined ? 'dataMax' : max / secondsPerUnit,
      },
      yAxis: [
        {
          type: isLogY ? 'log' : 'value',
          // A loss is read against zero; an accuracy between 0.97 and 0.98 would be flat against it.
          scale: range !== undefined || metricGoal(group) === 'max',
        },
      ],
      series: joinedLines(series),
    },
  };
}

/** Ends of x over all curves. */
export function extentOf(curves: readonly Curve[], isLog: boolean): Range | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const curve of curves) {
    const { x } = curve;
    for (const [from, to] of curve.pieces) {
      // Within a piece x never falls: its ends are where it begins and ends.
      let first = from;
      while (first < to && !isPlaced(x[first]!, isLog)) first++;
      let last = to - 1;
      while (last >= first && !isPlaced(x[last]!, isLog)) last--;
      if (first > last) continue;
      low = Math.min(low, x[first]!);
      high = Math.max(high, x[last]!);
    }
  }
  return low <= high ? [low, high] : undefined;
}

const isInside = (x: number, range: Range | undefined): boolean =>
  range === undefined || (x >= range[0] && x <= range[1]);

interface BestPoint {
  readonly x: number;
  readonly y: number;
  readonly metric: string;
  readonly color: string;
}

/** Of each metric the best point of all runs. */
function bestOfAll(points: readonly BestPoint[]): BestPoint[] {
  const best = new Map<string, BestPoint>();
  for (const point of points) {
    const known = best.get(point.metric);
    const isBetter =
      metricGoal(point.metric) === 'max' ? point.y > (known?.y ?? 0) : point.y < (known?.y ?? 0);
    if (known === undefined || isBetter) best.set(point.metric, point);
  }
  return [...best.values()];
}

function line(
  { color, dash }: CurveStyle,
  data: Point[],
  { width, opacity, z, isMarked }: { width: number; opacity: number; z: number; isMarked: boolean },
): ChartOption['series'][number] {
  return {
    type: 'line',
    name: '',
    data,
    showSymbol: isMarked && data.length <= markedValues,
    symbol: 'circle',
    symbolSize: 5,
    lineStyle: { color, width, type: dash, opacity },
    itemStyle: { color, opacity },
    z,
  };
}

function marker(point: Point, color: string): ChartOption['series'][number] {
  return {
    type: 'scatter',
    name: 'best',
    data: [point],
    symbol: 'diamond',
    symbolSize: 11,
    itemStyle: { color, opacity: 1, borderColor: '#ffffff', borderWidth: 1.5 },
    z: 7,
  };
}
