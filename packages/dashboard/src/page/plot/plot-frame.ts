/** An axis of a plot: values from min to max over so many pixels from the start. */
export interface PlotAxis {
  readonly min: number;
  readonly max: number;
  readonly isLog: boolean;
  /** Pixel of min. */
  readonly start: number;
  /** Pixel of max. */
  readonly end: number;
}

/** Where the inside of a plot is, and how values lie on it. */
export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
}

export function toPixel({ min, max, isLog, start, end }: PlotAxis, value: number): number {
  const share = isLog
    ? (Math.log(value) - Math.log(min)) / (Math.log(max) - Math.log(min))
    : (value - min) / (max - min);
  return start + share * (end - start);
}

export function toValue({ min, max, isLog, start, end }: PlotAxis, pixel: number): number {
  const share = (pixel - start) / (end - start);
  return isLog ? min * (max / min) ** share : min + share * (max - min);
}

interface AxisOption {
  readonly min?: unknown;
  readonly max?: unknown;
  readonly type?: unknown;
}

interface GridOption {
  readonly left?: unknown;
  readonly top?: unknown;
  readonly width?: unknown;
  readonly height?: unknown;
}

/** The frame of the first grid of an option of `toEChartsOption`; `undefined` where its axes are not of numbers. */
export function plotFrame(option: object): PlotFrame | undefined {
  const { grid, xAxis, yAxis } = option as {
    grid?: GridOption[];
    xAxis?: AxisOption[];
    yAxis?: AxisOption[];
  };
  const [left, top, width, height] = [
    grid?.[0]?.left,
    grid?.[0]?.top,
    grid?.[0]?.width,
    grid?.[0]?.height,
  ].map(Number) as [number, number, number, number];
  const axis = (one: AxisOption | undefined, start: number, end: number): PlotAxis => ({
    min: Number(one?.min),
    max: Number(one?.max),
    isLog: one?.type === 'log',
    start,
    end,
  });
  const x = axis(xAxis?.[0], left, left + width);
  const y = axis(yAxis?.[0], top + height, top);
  const isWhole = [left, top, width, height, x.min, x.max, y.min, y.max].every(Number.isFinite);
  return isWhole ? { left, top, width, height, x, y } : undefined;
}
