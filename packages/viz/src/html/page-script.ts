import type { PageArea, PageAxis, PageData, PageOption, PageSeries } from './page-data.ts';
import type { PageValues } from './page-values.ts';

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

/**
 * The script of the page. It is written into the page by `toString`, so it uses nothing but its arguments and what every
 * browser has.
 */
export function pageScript(
  window: PageWindow,
  echarts: ECharts,
  page: PageData,
  { short, tooltip, histograms, binsAt }: PageValues,
): void {
  const { option, fields } = page;
  const bar = 40;

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

  /** The axis with the ticks of the picture; their labels are written anew. */
  function labelled(axis: PageAxis): PageAxis {
    if (axis.type === 'category' || axis.type === 'time' || isBare(axis)) return axis;
    return { ...axis, axisLabel: { ...axis.axisLabel, formatter: short } };
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
      // What is not zoomed keeps the ticks of the picture.
      if (isLog === wasLog || !range) return labelled(axis);
      const { min: _min, max: _max, ...rest } = live(axis);
      if (!isLog) return { ...rest, type: 'value', scale: false };
      const least = 10 ** Math.floor(Math.log10(range.least));
      const most = 10 ** Math.ceil(Math.log10(range.most));
      return { ...rest, type: 'log', min: least, max: most > least ? most : 10 * least };
    });
  }

  const zoomable = option.xAxis.flatMap((axis, index) =>
    axis.type !== 'category' && !isBare(axis) && !fields.some(({ gridIndex }) => gridIndex === axis.gridIndex)
      ? [index]
      : [],
  );

  /** From so many points on, a page redraws them as seldom as it can. */
  const manyPoints = 5000;
  const points = option.series.reduce((sum, { data }) => sum + data.length, 0);
  const isHeavy = points > manyPoints && fields.length === 0;
  // A layer of its own: what follows the pointer is then drawn without all points behind it.
  const layer = isHeavy ? { zlevel: -1 } : {};

  /** A line of many points is drawn by the smallest and the largest of each pixel. */
  function sampled(series: PageSeries): PageSeries {
    const isDense = series.type === 'line' && series.data.length > manyPoints;
    return { ...series, ...layer, ...(isDense ? { sampling: 'minmax' } : {}) };
  }

  function complete(size: { width: number; height: number }): object {
    const isAxis = option.series.some(({ type }) => type === 'line' || type === 'bar') && fields.length === 0;
    return {
      ...fitted(size),
      series: option.series.map(sampled),
      xAxis: option.xAxis.map((axis) => ({ ...live(axis), ...layer })),
      yAxis: yAxes().map((axis) => ({ ...axis, ...layer })),
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
        ? { dataZoom: [{ type: 'inside', xAxisIndex: zoomable, filterMode: isHeavy ? 'filter' : 'none' }] }
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
