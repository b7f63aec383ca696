import type { PageArea, PageAxis, PageData, PageOption } from './page-data.ts';

interface EChart {
  setOption(option: object, replace?: boolean | { replaceMerge: string[] }): void;
  resize(size: { width: number; height: number }): void;
  convertFromPixel(finder: { gridIndex: number }, pixel: [number, number]): [number, number];
  containPixel(finder: { gridIndex: number }, pixel: [number, number]): boolean;
  getZr(): { on(event: 'mousemove', handler: (event: { offsetX: number; offsetY: number }) => void): void };
}

interface PageElement {
  textContent: string | null;
  hidden: boolean;
  setAttribute(name: string, value: string): void;
  addEventListener(event: string, handler: () => void): void;
}

interface PageWindow {
  readonly innerWidth: number;
  readonly innerHeight: number;
  readonly document: { getElementById(id: string): PageElement | null };
  addEventListener(event: 'resize', handler: () => void): void;
}

interface ECharts {
  init(element: PageElement, theme: null, options: { width: number; height: number }): EChart;
}

interface TooltipItem {
  readonly seriesIndex: number;
  readonly seriesName: string;
  readonly name: string;
  readonly value: unknown;
  readonly axisValue?: number | string;
}

/**
 * The script of the page. It is written into the page by `toString`, so it uses nothing but its arguments and what every
 * browser has.
 */
export function pageScript(window: PageWindow, echarts: ECharts, page: PageData): void {
  const maxTooltipLines = 14;
  const { option, fields } = page;
  const bar = 40;

  function short(value: unknown): string {
    if (typeof value !== 'number' || !Number.isFinite(value)) return String(value ?? '');
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3).replace('e+', 'e');
    return String(Number(value.toPrecision(6)));
  }

  function scaleX(size: { width: number; height: number }): number {
    return page.isSquare ? Math.min(size.width / page.width, scaleY(size)) : size.width / page.width;
  }

  function scaleY(size: { height: number }): number {
    return (size.height - page.head) / (page.height - page.head);
  }

  /** The option with everything below title and legend stretched to a size. */
  function fitted(size: { width: number; height: number }): PageOption {
    const xScale = scaleX(size);
    const yScale = page.isSquare ? xScale : scaleY(size);
    const x = (value: number) => value * xScale;
    const y = (value: number) => (value < page.head ? value : page.head + (value - page.head) * yScale);
    const place = <T extends { x?: number; y?: number; width?: number; height?: number }>(box: T): T => ({
      ...box,
      x: x(box.x ?? 0),
      y: y(box.y ?? 0),
      width: (box.width ?? 0) * xScale,
      height: (box.height ?? 0) * yScale,
    });
    const area = <T extends PageArea>(box: T): T => ({
      ...box,
      left: x(box.left),
      top: y(box.top),
      width: box.width * xScale,
      height: box.height * yScale,
    });
    return {
      ...option,
      ...(option.title
        ? {
            title: option.title.map((one) =>
              one.top < page.head ? one : { ...one, left: x(one.left), top: y(one.top) },
            ),
          }
        : {}),
      grid: option.grid.map(area),
      ...(option.parallel ? { parallel: option.parallel.map(area) } : {}),
      ...(option.graphic
        ? {
            graphic: {
              elements: option.graphic.elements.map((element) =>
                element.shape
                  ? { ...element, shape: place(element.shape) }
                  : { ...element, style: place(element.style) },
              ),
            },
          }
        : {}),
    };
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

  /** Ticks of the browser's own, since zooming asks for others than those of the picture. */
  function live(axis: PageAxis): PageAxis {
    if (axis.type === 'category' || isBare(axis)) return axis;
    const { interval: _interval, ...rest } = axis;
    const { customValues: _labels, ...axisLabel } = axis.axisLabel ?? {};
    const { customValues: _ticks, ...axisTick } = axis.axisTick ?? {};
    const isTime = axis.type === 'time';
    return {
      ...rest,
      axisTick,
      axisLabel: { ...axisLabel, ...(isTime ? {} : { formatter: short }), hideOverlap: true },
    };
  }

  /** Whether an axis shows nothing: places along it have no value. */
  function isBare(axis: PageAxis): boolean {
    return axis.axisLabel?.show === false;
  }

  /** Axes that may become logarithmic: of numbers that are drawn as lines or points, some above 0, without a field. */
  const switchable = option.yAxis.map((axis, index) => {
    const own = option.series.filter((series) => series.yAxisIndex === index);
    const isDrawn = own.some(({ type }) => type === 'line' || type === 'scatter');
    if (!isDrawn || isBare(axis) || fields.some(({ gridIndex }) => gridIndex === axis.gridIndex))
      return undefined;
    let [least, most] = [Infinity, 0];
    for (const { data } of own) {
      for (const point of data) {
        const values = (point as { value?: unknown }).value ?? point;
        const value = Array.isArray(values) ? Number(values[1]) : Number.NaN;
        if (value > 0) [least, most] = [Math.min(least, value), Math.max(most, value)];
      }
    }
    return most > 0 ? { least, most } : undefined;
  });

  let isLog = option.yAxis.some((axis) => axis.type === 'log');
  const wasLog = isLog;

  function yAxes(): PageAxis[] {
    return option.yAxis.map((axis, index) => {
      const range = switchable[index];
      if (isLog === wasLog || !range) return live(axis);
      const { min: _min, max: _max, ...rest } = live(axis);
      if (!isLog) return { ...rest, type: 'value', scale: false };
      const least = 10 ** Math.floor(Math.log10(range.least));
      const most = 10 ** Math.ceil(Math.log10(range.most));
      return { ...rest, type: 'log', min: least, max: most > least ? most : 10 * least };
    });
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

  const zoomable = option.xAxis.flatMap((axis, index) =>
    axis.type !== 'category' && !isBare(axis) && !fields.some(({ gridIndex }) => gridIndex === axis.gridIndex)
      ? [index]
      : [],
  );

  function complete(size: { width: number; height: number }): object {
    const isAxis = option.series.some(({ type }) => type === 'line' || type === 'bar') && fields.length === 0;
    return {
      ...fitted(size),
      xAxis: option.xAxis.map(live),
      yAxis: yAxes(),
      useUTC: true,
      tooltip: {
        show: histograms.length === 0,
        // Drawn on the canvas: no markup, so no inline style that the page's policy would have to allow.
        renderMode: 'richText',
        trigger: isAxis ? 'axis' : 'item',
        axisPointer: { type: option.series.some(({ type }) => type === 'bar') ? 'shadow' : 'line' },
        confine: true,
        formatter: tooltip,
        backgroundColor: page.colors.background,
        borderColor: page.colors.line,
        textStyle: { color: page.colors.text, fontSize: 12 },
      },
      ...(zoomable.length > 0
        ? { dataZoom: [{ type: 'inside', xAxisIndex: zoomable, filterMode: 'none' }] }
        : {}),
    };
  }

  const element = window.document.getElementById('chart');
  const logButton = window.document.getElementById('log');
  const resetButton = window.document.getElementById('reset');
  const readout = window.document.getElementById('readout');
  if (!element || !logButton || !resetButton || !readout) return;
  const sizeNow = () => ({
    width: Math.max(page.width, window.innerWidth),
    height: Math.max(page.height, window.innerHeight - bar),
  });
  const chart = echarts.init(element, null, sizeNow());

  function draw(): void {
    chart.setOption(complete(sizeNow()), true);
    logButton?.setAttribute('aria-pressed', String(isLog));
  }

  function cellOf(edges: readonly number[], value: number): number {
    return edges.findIndex((edge, i) => edge <= value && value < (edges[i + 1] ?? -Infinity));
  }

  logButton.hidden = !switchable.some((range) => range !== undefined);
  logButton.addEventListener('click', () => {
    isLog = !isLog;
    draw();
  });
  resetButton.hidden = zoomable.length === 0;
  resetButton.addEventListener('click', draw);
  window.addEventListener('resize', () => {
    chart.resize(sizeNow());
    draw();
  });
  chart.getZr().on('mousemove', ({ offsetX, offsetY }) => {
    if (histograms.length > 0) {
      const isInside = chart.containPixel({ gridIndex: 0 }, [offsetX, offsetY]);
      readout.textContent = isInside
        ? binsAt(chart.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY])[0])
        : '';
      return;
    }
    const field = fields.find(({ gridIndex }) => chart.containPixel({ gridIndex }, [offsetX, offsetY]));
    if (!field) {
      readout.textContent = '';
      return;
    }
    const [x, y] = chart.convertFromPixel({ gridIndex: field.gridIndex }, [offsetX, offsetY]);
    const [column, row] = [cellOf(field.xEdges, x), cellOf(field.yEdges, y)];
    const value = column < 0 || row < 0 ? undefined : field.data[row * (field.xEdges.length - 1) + column];
    const where =
      field.xName && field.yName ? `${field.xName} ${short(x)}, ${field.yName} ${short(y)}: ` : '';
    readout.textContent = `${where}${field.name} ${typeof value === 'number' ? short(value) : 'none'}`;
  });
  draw();
}
