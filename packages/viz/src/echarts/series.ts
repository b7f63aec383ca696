import type { SeriesOption } from 'echarts';
import type { HeatmapSeries, LineSeries, Point, Series } from '../option.ts';
import { shareOf } from '../raster/field-image.ts';
import { luminance, mixColors } from '../theme/palette.ts';
import { type Theme, themed, themedRamp } from '../theme/theme.ts';
import { fontFamily, fontSizes, textWidth } from './text-width.ts';

/** What the cells of a heat map look like: the colours of their values and the pixels of a side. */
export interface CellStyle {
  readonly min: number;
  readonly max: number;
  readonly colors: readonly string[];
  readonly side: number;
}

/** The series with the colours of a theme, and with the settings that ECharts needs beyond the option. */
export function applyTheme(
  series: Exclude<Series, { type: 'field' | 'graph' }>,
  theme: Theme,
  cells: CellStyle | undefined,
): SeriesOption {
  switch (series.type) {
    case 'line': {
      const { lineStyle, itemStyle, areaStyle, ...rest } = series;
      return {
        ...rest,
        // A legend shows the symbol of the series even where the line goes without.
        ...(series.showSymbol
          ? {}
          : { symbol: 'none', showSymbol: true, data: withLonePointsMarked(series) }),
        // ECharts hides symbols it finds too close together by default.
        showAllSymbol: true,
        lineStyle: { ...lineStyle, color: themed(lineStyle.color, theme), join: 'round' },
        itemStyle: { ...itemStyle, color: themed(itemStyle.color, theme) },
        ...(areaStyle ? { areaStyle: { ...areaStyle, color: themed(areaStyle.color, theme) } } : {}),
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
      return series.label && cells ? labelled(series, theme, cells) : series;
  }
}

const darkText = '#111111';
const lightText = '#ffffff';

/** Texts in the cells, black or white by the colour below them; left out where they are wider than a cell. */
function labelled(series: HeatmapSeries, theme: Theme, cells: CellStyle): SeriesOption {
  const { label: _, data, ...rest } = series;
  const widest = Math.max(1, ...data.map(([, , , text]) => textWidth(text ?? '', 1)));
  const fontSize = Math.min(fontSizes.text, Math.floor((0.9 * cells.side) / widest));
  const show = fontSize >= 8;
  return {
    ...rest,
    itemStyle: { borderColor: theme.background, borderWidth: cells.side >= 8 ? 1 : 0 },
    data: data.map(([column, row, value, text]) => {
      const color = mixColors(cells.colors, shareOf(value, cells.min, cells.max));
      return {
        value: [column, row, value],
        label: {
          show,
          formatter: text ?? '',
          fontFamily,
          fontSize,
          color: luminance(color) > 0.3 ? darkText : lightText,
        },
      };
    }),
  };
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

/** The colours of a visual map as the theme shows them. */
export function cellColors(colors: readonly string[], theme: Theme): string[] {
  return [...themedRamp(colors, theme)];
}
