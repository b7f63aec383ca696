/** What the script of an HTML page gets beside the ECharts option, as JSON. */
export interface PageData {
  /** The option as `toEChartsOption` makes it, without its functions. */
  readonly option: PageOption;
  /** Pixels for which the option is laid out. */
  readonly width: number;
  readonly height: number;
  /** Height of title and legend, which does not grow with the page. */
  readonly head: number;
  /** Whether cells are squares, so that both directions must grow alike. */
  readonly isSquare: boolean;
  /** Fields, which are images in the option: what is under the pointer is looked up here. */
  readonly fields: readonly PageField[];
  readonly colors: { readonly background: string; readonly text: string; readonly line: string };
}

/** The parts of the option that the page changes: sizes, and the scale of y axes. */
export interface PageOption {
  title?: { top: number; left: number }[];
  grid: PageArea[];
  xAxis: PageAxis[];
  yAxis: PageAxis[];
  series: PageSeries[];
  graphic?: { elements: PageGraphic[] };
  parallel?: PageArea[];
  parallelAxis?: { name?: string }[];
  [part: string]: unknown;
}

/** A rectangle in pixels. */
export interface PageArea {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface PageAxis {
  type: string;
  gridIndex: number;
  name?: string;
  min?: number;
  max?: number;
  interval?: number;
  axisLabel?: Record<string, unknown>;
  axisTick?: Record<string, unknown>;
  [part: string]: unknown;
}

export interface PageSeries {
  type: string;
  name: string;
  xAxisIndex: number;
  yAxisIndex: number;
  data: unknown[];
  lineStyle?: { opacity: number };
  [part: string]: unknown;
}

export interface PageGraphic {
  style: { x?: number; y?: number; width?: number; height?: number; [part: string]: unknown };
  shape?: { x: number; y: number; width: number; height: number };
  [part: string]: unknown;
}

export interface PageField {
  readonly gridIndex: number;
  readonly name: string;
  readonly xName: string;
  readonly yName: string;
  readonly xEdges: readonly number[];
  readonly yEdges: readonly number[];
  readonly data: readonly (number | null)[];
}
