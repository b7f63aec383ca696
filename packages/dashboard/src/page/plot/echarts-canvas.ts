import { BarChart, HeatmapChart, LineChart, LinesChart, ScatterChart } from 'echarts/charts';
import {
  GraphicComponent,
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([
  BarChart,
  CanvasRenderer,
  GraphicComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  LinesChart,
  ScatterChart,
  TitleComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
]);

/** Drawing that goes on in later frames would go on when the chart is gone. */
const atOnce = { progressive: 0 };

/** A canvas that ECharts draws on, as large as its element. */
export class EChartsCanvas {
  readonly #element: HTMLElement;
  readonly #chart: EChartsType;
  readonly #observer: ResizeObserver;

  /** @param onResize is called when the element has another size; what was drawn is then of the wrong one */
  constructor(element: HTMLElement, onResize: () => void) {
    this.#element = element;
    this.#chart = init(element, null, { renderer: 'canvas', ...this.size });
    this.#observer = new ResizeObserver(() => {
      const { width, height } = this.size;
      if (width === this.#chart.getWidth() && height === this.#chart.getHeight()) return;
      this.#chart.resize({ width, height });
      onResize();
    });
    this.#observer.observe(element);
  }

  get size(): { readonly width: number; readonly height: number } {
    const { clientWidth, clientHeight } = this.#element;
    return { width: Math.max(80, clientWidth), height: Math.max(60, clientHeight) };
  }

  /** Draws another chart. */
  draw(option: EChartsCoreOption): void {
    this.#chart.setOption({ ...atOnce, ...option }, { notMerge: true });
  }

  /** Draws what has one plot with other series, ends of axes and names than before; what stays is kept. */
  update(option: EChartsCoreOption): void {
    this.#chart.setOption({ ...atOnce, ...option }, { replaceMerge: ['series'] });
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#chart.dispose();
  }
}
