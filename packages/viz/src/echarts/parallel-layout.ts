import type { EChartsOption, ParallelComponentOption } from 'echarts';
import { parallelScale } from '../axes/parallel-scale.ts';
import type { ParallelOption } from '../option.ts';
import { drawable, shorten } from '../text/glyph.ts';
import { type Theme, themed } from '../theme/theme.ts';
import type { Bounds } from './grid-layout.ts';
import { columnsIn, fontFamily, fontSizes, textWidth } from './text-width.ts';

/** What a parallel chart adds to an ECharts option. */
export interface ParallelParts {
  readonly parallel: ParallelComponentOption[];
  readonly parallelAxis: NonNullable<EChartsOption['parallelAxis']>;
  readonly series: NonNullable<EChartsOption['series']>;
}

const lineHeight = 16;
const gap = { name: 12, labels: 8, between: 14 } as const;
const pixelsPerTick = 48;
const maxLabelWidth = 120;
/** The paper behind labels shines through by this much: lines pass below them. */
const labelPaper = 'd0';

/** Axes inside of `bounds`, so that names and labels fit, and the lines across them. */
export function parallelLayout(chart: ParallelOption, bounds: Bounds, theme: Theme): ParallelParts {
  const { parallelAxis: axes, series } = chart;
  const top = bounds.top + lineHeight + gap.name;
  const bottom = bounds.bottom - lineHeight / 2;
  const count = Math.max(2, Math.round((bottom - top) / pixelsPerTick));
  const scales = axes.map((axis, i) => parallelScale(chart, axis, i, count));
  const labelTexts = axes.map((axis, i) =>
    axis.type === 'category' ? axis.data : (scales[i]?.ticks.map((tick) => scales[i]!.label(tick)) ?? []),
  );
  const slot = (bounds.right - bounds.left) / Math.max(1, axes.length);
  const nameRoom = Math.max(20, slot - gap.between);
  const labelRoom = Math.min(maxLabelWidth, Math.max(20, slot - gap.labels - gap.between));
  const names = axes.map(({ name }) => shortened(name ?? '', nameRoom));
  const labelWidths = labelTexts.map((texts) =>
    Math.max(0, ...texts.map((text) => textWidth(shortened(text, labelRoom), fontSizes.text))),
  );
  const half = (index: number): number => textWidth(names.at(index) ?? '', fontSizes.text) / 2;
  // Labels stand at the right of their axes.
  const left = Math.round(bounds.left + half(0));
  const right = Math.round(bounds.right - Math.max((labelWidths.at(-1) ?? 0) + gap.labels + 4, half(-1)));
  return {
    parallel: [
      {
        left,
        top: Math.round(top),
        width: Math.max(1, right - left),
        height: Math.max(1, Math.round(bottom - top)),
      },
    ],
    parallelAxis: axes.map((axis, dim) => {
      const scale = scales[dim];
      const line = { color: theme.axisLine, width: 1.5 };
      const label = {
        fontFamily,
        fontSize: fontSizes.text,
        color: theme.mutedText,
        margin: gap.labels,
        backgroundColor: `${theme.background}${labelPaper}`,
        padding: [1, 2],
      };
      const base = {
        dim,
        name: names[dim] ?? '',
        nameLocation: 'end' as const,
        nameGap: gap.name,
        nameTextStyle: { fontFamily, fontSize: fontSizes.text, color: theme.text },
        axisLine: { show: true, lineStyle: line },
      };
      if (axis.type === 'category' || scale === undefined) {
        return {
          ...base,
          type: 'category' as const,
          data: axis.type === 'category' ? axis.data : [],
          axisTick: { show: false },
          axisLabel: { ...label, interval: 0, formatter: (text: string) => shortened(text, labelRoom) },
        };
      }
      const ticks = [...scale.ticks];
      return {
        ...base,
        type: axis.type,
        min: scale.min,
        max: scale.max,
        ...(axis.type === 'value' ? { interval: scale.max - scale.min } : {}),
        axisTick: { show: true, length: 4, lineStyle: line, customValues: ticks },
        axisLabel: { ...label, customValues: ticks, formatter: (value: number) => scale.label(value) },
      };
    }) as ParallelParts['parallelAxis'],
    series: series.map(({ data, ...rest }) => ({
      ...rest,
      data: data.map(({ name, value, lineStyle }) => ({
        name,
        value: value.map((one) => one ?? '-'),
        lineStyle: { ...lineStyle, color: themed(lineStyle.color, theme) },
      })),
      // The mouse may be a little beside a line.
      emphasis: { lineStyle: { width: 4, opacity: 1 } },
    })) as ParallelParts['series'],
  };
}

function shortened(name: string, pixels: number): string {
  const text = drawable(name);
  return textWidth(text, fontSizes.text) <= pixels ? text : shorten(text, columnsIn(pixels, fontSizes.text));
}
