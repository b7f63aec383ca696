/**
 * What the renderers take: a chart, a figure of several charts, lines across parallel axes, or a table. Plain data:
 * `JSON.stringify` and `postMessage` keep all of it.
 */
export type Chart = ChartOption | FigureOption | ParallelOption | TableOption;

/** Axes that stand side by side, and lines across them. */
export interface ParallelOption {
  animation: false;
  title?: { text: string; subtext?: string };
  /** From the left to the right. */
  parallelAxis: Axis[];
  series: [ParallelSeries];
}

export interface ParallelSeries {
  type: 'parallel';
  name: string;
  /** The last lie on top. */
  data: ParallelLine[];
}

export interface ParallelLine {
  name: string;
  /** A value for each axis: a number, the name of a category, or `null` where the line passes the axis by. */
  value: (number | string | null)[];
  lineStyle: { color: string; width: number; opacity: number; type: 'solid' | 'dashed' };
  /** Whether this is the line to look at. */
  isBest: boolean;
}

/** Texts in rows and columns. */
export interface TableOption {
  animation: false;
  title?: { text: string; subtext?: string };
  table: { columns: TableColumn[]; rows: TableRow[] };
}

export interface TableColumn {
  name: string;
  align: 'left' | 'right';
}

export interface TableRow {
  /** One for each column. */
  cells: { text: string; isBest: boolean }[];
  isBest: boolean;
}

/** Several charts side by side under one title and one legend. `toEChartsOption` lays them out. */
export interface FigureOption {
  animation: false;
  title?: { text: string; subtext?: string };
  legend?: { data: string[] };
  /** From the left to the right, then down. */
  panels: ChartOption[];
  /** Panels in a row. */
  columns: number;
}

/**
 * The part of Apache ECharts' option format that the charts here are written in. A chart without a `field` or `graph` series is a
 * complete ECharts option: `chart.setOption(option)` draws it as it stands; `toEChartsOption` adds theme, fonts and
 * layout. Source: https://echarts.apache.org/en/option.html
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
  /** Colours of a heat map or a field, for the values from `min` to `max`; `show` draws a colour bar with the name beside it. */
  visualMap?: { show: boolean; min: number; max: number; inRange: { color: string[] }; name?: string };
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
  /**
   * `clock`: values are milliseconds since 1970 (UTC), labels are times of day or dates (UTC). `none`: the axis shows
   * nothing but its name, which may have several lines; with both axes so, the cells of a field are squares.
   */
  labels?: 'clock' | 'none';
  nameTextStyle?: { color: string };
}

export interface CategoryAxis {
  type: 'category';
  name?: string;
  data: string[];
  /** True where the first category of a y axis stands on top. */
  inverse?: boolean;
  show?: boolean;
}

export type Series = LineSeries | ScatterSeries | BarSeries | HeatmapSeries | FieldSeries | GraphSeries;

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
  /** Fills down to zero. */
  areaStyle?: { color: string; opacity: number };
  z: number;
}

export interface ScatterSeries {
  type: 'scatter';
  name: string;
  data: Point[];
  yAxisIndex?: 0 | 1;
  symbol: 'circle' | 'diamond' | 'triangle' | 'rect';
  symbolSize: number;
  itemStyle: { color: string; opacity: number; borderColor?: string; borderWidth?: number };
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
  /** Column and row (indices of the categories), value, and the text in the cell. */
  data: [column: number, row: number, value: number, text?: string][];
  label?: { show: true; formatter: '{@[3]}' };
}

/** Values of the cells of a grid over two number axes, coloured by `visualMap`. Drawn by `toEChartsOption` as an image. */
export interface FieldSeries {
  type: 'field';
  name: string;
  /** Ends of the columns, ascending: one more than columns. */
  xEdges: number[];
  /** Ends of the rows, ascending: one more than rows. */
  yEdges: number[];
  /** Row after row from the lowest y, in each from the lowest x. `null` is an empty cell. */
  data: (number | null)[];
}

/** Boxes and arrows between them, on axes that show nothing. Drawn by `toEChartsOption` as symbols and lines. */
export interface GraphSeries {
  type: 'graph';
  name: string;
  data: GraphNode[];
  /** Arrows between indices of `data`, with the lanes in which they pass the ranks between. */
  links: { source: number; target: number; lanes: number[] }[];
}

export interface GraphNode {
  name: string;
  /** What stands under the name. */
  details: string[];
  /** Counted from the top. */
  rank: number;
  /** Counted from the left. */
  lane: number;
  itemStyle: { color: string };
}
