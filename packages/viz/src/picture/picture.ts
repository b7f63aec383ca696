import type { EChartsOption, SeriesOption } from 'echarts';
import type { ChartOption, LineSeries, Point, Series } from '../option.ts';
import { type Theme, type ThemeName, themed, themes } from '../theme/theme.ts';
import { frame } from './frame.ts';
import { heading } from './heading.ts';
import { fontFamily, fontSizes } from './text-width.ts';

export interface PictureOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Default `light`. */
  readonly theme?: ThemeName | Theme;
}

const margin = 16;

/**
 * The option as it is drawn at a size and in a theme: colours, fonts, room for title, notes, legend and axis names so
 * that none covers another, and the ticks and labels that the terminal has. It takes nothing but types from ECharts,
 * so a page can hand the result to its own `chart.setOption`.
 */
export function picture(
  option: ChartOption,
  { width, height, theme = 'light' }: PictureOptions,
): EChartsOption {
  const look = typeof theme === 'string' ? themes[theme] : theme;
  const { parts, bottom } = heading(option, { width, height, margin }, look);
  const room = { left: margin, right: width - margin, top: bottom + 12, bottom: height - margin + 4 };
  return {
    animation: false,
    backgroundColor: look.background,
    textStyle: { fontFamily, fontSize: fontSizes.text, color: look.text },
    ...parts,
    ...frame(option, room, look),
    ...(option.visualMap ? { visualMap: option.visualMap } : {}),
    series: option.series.map((series) => dressed(series, look)),
  };
}

function dressed(series: Series, theme: Theme): SeriesOption {
  switch (series.type) {
    case 'line': {
      const { lineStyle, itemStyle, ...rest } = series;
      return {
        ...rest,
        // A legend shows the symbol of the series even where the line goes without.
        ...(series.showSymbol
          ? {}
          : { symbol: 'none', showSymbol: true, data: withLonePointsMarked(series) }),
        // ECharts hides symbols it finds too close together unless told not to.
        showAllSymbol: true,
        lineStyle: { ...lineStyle, color: themed(lineStyle.color, theme), join: 'round' },
        itemStyle: { ...itemStyle, color: themed(itemStyle.color, theme) },
      };
    }
    case 'scatter':
      return { ...series, itemStyle: { ...series.itemStyle, color: themed(series.itemStyle.color, theme) } };
    case 'bar':
      return {
        ...series,
        barMaxWidth: 48,
        barCategoryGap: '30%',
        data: series.data.map(({ value, itemStyle }) => ({
          value: value ?? '-',
          itemStyle: { color: themed(itemStyle.color, theme) },
        })),
      };
    case 'heatmap':
      return series;
  }
}

/** A value between two gaps has no line to lie on: it gets the symbol that the others go without. */
function withLonePointsMarked({ data, symbol, lineStyle }: LineSeries): (Point | MarkedPoint)[] {
  return data.map((point, i) => {
    const lone = point[1] !== null && isGap(data[i - 1]) && isGap(data[i + 1]);
    return lone ? { value: point, symbol, symbolSize: 2 * lineStyle.width } : point;
  });
}

interface MarkedPoint {
  value: Point;
  symbol: string;
  symbolSize: number;
}

function isGap(point: Point | undefined): boolean {
  return point === undefined || point[1] === null;
}
