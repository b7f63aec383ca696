import type { PageAxis, PageData, PageSeries } from './page-data.ts';

/** What ECharts passes to a tooltip about a point. */
export interface TooltipItem {
  readonly seriesIndex: number;
  readonly seriesName: string;
  readonly name: string;
  readonly value: unknown;
  readonly axisValue?: number | string;
}

/** What a page shows under the pointer. */
export interface PageValues {
  short(value: unknown): string;
  tooltip(given: TooltipItem | TooltipItem[]): string;
  readonly histograms: readonly PageSeries[];
  binsAt(x: number): string;
}

/**
 * The part of the page's script that writes values. As `pageScript` it is written into the page by `toString`, and uses nothing but its
 * argument and what every browser has.
 */
export function pageValues({ option }: PageData): PageValues {
  const maxTooltipLines = 14;

  function short(value: unknown): string {
    if (typeof value !== 'number' || !Number.isFinite(value)) return String(value ?? '');
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3).replace('e+', 'e');
    return String(Number(value.toPrecision(6)));
  }

  function clock(value: number): string {
    return `${new Date(value).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  }

  function place(axis: PageAxis | undefined, value: unknown): string {
    const name = axis?.name ?? '';
    const text = axis?.type === 'time' && typeof value === 'number' ? clock(value) : short(value);
    return name ? `${name}: ${text}` : text;
  }

  /** The name of a line across parallel axes, and its value on each. */
  function lineText({ name, value }: TooltipItem, axes: { name?: string }[]): string {
    const values = Array.isArray(value) ? (value as unknown[]) : [];
    return [name, ...axes.map((axis, i) => `${axis.name ?? ''}: ${short(values[i])}`)].join('\n');
  }

  function tooltip(given: TooltipItem | TooltipItem[]): string {
    const items = Array.isArray(given) ? given : [given];
    const first = items[0];
    if (first && option.parallelAxis) return lineText(first, option.parallelAxis);
    const series = first && option.series[first.seriesIndex];
    if (!first || !series) return '';
    const xAxis = option.xAxis[series.xAxisIndex];
    const yAxis = option.yAxis[series.yAxisIndex];
    const values = Array.isArray(first.value) ? (first.value as unknown[]) : [first.name, first.value];
    if (series.type === 'heatmap') {
      const label = (axis: PageAxis | undefined, at: unknown) =>
        `${axis?.name ?? ''}: ${(axis?.data as string[] | undefined)?.[Number(at)] ?? ''}`;
      return [label(yAxis, values[1]), label(xAxis, values[0]), `${series.name}: ${short(values[2])}`].join(
        '\n',
      );
    }
    const lines = items
      .map((item) => {
        const one = option.series[item.seriesIndex];
        const value = Array.isArray(item.value) ? (item.value as unknown[])[1] : item.value;
        const isMeasured =
          one?.type === 'line' &&
          (one.lineStyle?.opacity ?? 1) < 0.5 &&
          option.series.some((other) => other !== one && other.name === one.name);
        return { value, text: `${item.seriesName}${isMeasured ? ' (measured)' : ''}: ${short(value)}` };
      })
      .filter(({ value }) => typeof value === 'number');
    const shown = [...new Set(lines.map(({ text }) => text))];
    const more = shown.length > maxTooltipLines ? [`… ${shown.length - maxTooltipLines} more`] : [];
    const head = place(xAxis, Array.isArray(given) ? (first.axisValue ?? values[0]) : values[0]);
    return [head, ...shown.slice(0, maxTooltipLines), ...more].join('\n');
  }

  const histograms = option.series.filter(({ areaStyle }) => areaStyle !== undefined);

  /** The bin of each histogram under the pointer: its ends, and the heights by name. */
  function binsAt(x: number): string {
    const texts = histograms.map(({ name, data }) => {
      const points = data.map(
        (point) => (point as { value?: [number, number] }).value ?? (point as [number, number]),
      );
      const at = points.findIndex(
        ([from, height], i) =>
          i > 0 && from <= x && x < (points[i + 1]?.[0] ?? -Infinity) && points[i + 1]?.[1] === height,
      );
      const [from, to] = [points[at], points[at + 1]];
      return from && to
        ? { range: `${short(from[0])} to ${short(to[0])}`, text: `${name} ${short(from[1])}` }
        : { range: '', text: `${name} 0` };
    });
    const range = texts.find((one) => one.range)?.range;
    return range
      ? `${option.xAxis[0]?.name ?? ''} ${range}: ${texts.map(({ text }) => text).join(', ')}`
      : '';
  }

  return { short, tooltip, histograms, binsAt };
}
