/**
 * The part of Apache ECharts' option format that the charts here are written in. A `ChartOption` is plain data (it
 * survives `JSON.stringify` and `postMessage`) and a complete ECharts option: `chart.setOption(option)` draws it as it
 * stands. Source: https://echarts.apache.org/en/option.html
 */
export interface ChartOption {
  animation: false;
  title?: { text: string; subtext?: string };
  /** Names shown, in this order; several series may share a name and then share an entry. */
  legend?: { data: string[] };
  xAxis: Axis;
  /** One axis, or a left and a right one. */
  yAxis: [Axis] | [Axis, Axis];
  series: Series[];
  /** Shades of a heat map, for the values from `min` to `max`. */
  visualMap?: { show: false; min: number; max: number; inRange: { color: string[] } };
}

export type Axis = NumberAxis | CategoryAxis;

export interface NumberAxis {
  type: 'value' | 'log';
  name?: string;
  /** True where the axis need not begin at zero. */
  scale?: boolean;
  /** Ticks are no closer than this: 1 where only whole numbers mean something. */
  minInterval?: number;
  min?: number | 'dataMin';
  max?: number | 'dataMax';
}

export interface CategoryAxis {
  type: 'category';
  name?: string;
  data: string[];
  /** True where the first category of a y axis stands on top. */
  inverse?: boolean;
  show?: boolean;
}

export type Series = LineSeries | ScatterSeries | BarSeries | HeatmapSeries;

/** `null` is a gap in the line. */
export type Point = [x: number, y: number | null];

export interface LineSeries {
  type: 'line';
  name: string;
  data: Point[];
  yAxisIndex?: 0 | 1;
  showSymbol: boolean;
  symbol: 'circle';
  symbolSize: number;
  lineStyle: {
    color: string;
    width: number;
    type: 'solid' | 'dashed' | 'dotted' | number[];
    opacity: number;
  };
  itemStyle: { color: string; opacity: number };
  z: number;
}

export interface ScatterSeries {
  type: 'scatter';
  name: string;
  data: Point[];
  yAxisIndex?: 0 | 1;
  symbol: 'circle' | 'diamond' | 'triangle' | 'rect';
  symbolSize: number;
  itemStyle: { color: string; opacity: number };
  z: number;
}

export interface BarSeries {
  type: 'bar';
  name: string;
  /** One bar for each category of the axis; `null` where there is none. */
  data: { value: number | null; itemStyle: { color: string } }[];
}

export interface HeatmapSeries {
  type: 'heatmap';
  name: string;
  /** Column and row (indices of the categories), value. */
  data: [column: number, row: number, value: number][];
}
