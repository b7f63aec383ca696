import { type Theme, toEChartsOption } from '@kindling/viz';
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { EChartsCoreOption } from 'echarts/core';
import type { Curve } from '../curves/curve.ts';
import { groupOf, kindOf } from '../curves/curve-group.ts';
import { curveStyles } from '../curves/curve-style.ts';
import { type DrawnCurve, extentOf, panelChart } from '../curves/panel-chart.ts';
import { timeUnit } from '../curves/time-unit.ts';
import type { Range } from '../curves/visible-points.ts';
import type { Dashboard } from '../dashboard.ts';
import { compactPlot } from './compact-plot.ts';
import { EChartsCanvas } from './echarts-canvas.ts';
import { type PlotFrame, plotFrame } from './plot-frame.ts';
import { typedSeries } from './typed-series.ts';

/** What a panel shows now. */
export interface PanelDrawing {
  /** All curves of the panel, those that are hidden too. */
  readonly curves: readonly Curve[];
  readonly drawn: readonly DrawnCurve[];
  readonly frame: PlotFrame | undefined;
  /** Ends of x, zoomed or not. */
  readonly extent: Range | undefined;
  readonly secondsPerUnit: number;
  readonly hasDropped: boolean;
}

const nothing: PanelDrawing = {
  curves: [],
  drawn: [],
  frame: undefined,
  extent: undefined,
  secondsPerUnit: 1,
  hasDropped: false,
};

/**
 * Curves of one panel on a canvas. They are drawn anew after anything has changed that they show: what to draw is found in one job of an
 * animation frame, and drawn in another.
 */
export class PanelPlot {
  readonly #name: string;
  readonly #dashboard: Dashboard;
  readonly #theme: ReadonlySignal<Theme>;
  readonly #canvas: EChartsCanvas;
  readonly #drawing = signal<PanelDrawing>(nothing);
  readonly #stop: () => void;
  readonly #observer: IntersectionObserver;
  readonly #choose = () => this.#prepare();
  readonly #paint = () => this.#draw();
  #next: { readonly option: EChartsCoreOption; readonly drawing: PanelDrawing } | undefined;
  #isVisible = false;
  #isStale = true;

  constructor(element: HTMLElement, name: string, dashboard: Dashboard, theme: ReadonlySignal<Theme>) {
    this.#name = name;
    this.#dashboard = dashboard;
    this.#theme = theme;
    this.#canvas = new EChartsCanvas(element, () => this.#request());
    this.#stop = effect(() => {
      this.#subscribe();
      this.#request();
    });
    this.#observer = new IntersectionObserver((entries) => {
      this.#isVisible = entries.at(-1)!.isIntersecting;
      if (this.#isVisible && this.#isStale) this.#request();
    });
    this.#observer.observe(element);
  }

  get drawing(): ReadonlySignal<PanelDrawing> {
    return this.#drawing;
  }

  dispose(): void {
    this.#stop();
    this.#observer.disconnect();
    this.#dashboard.frames.cancel(this.#choose);
    this.#dashboard.frames.cancel(this.#paint);
    this.#canvas.dispose();
  }

  #request(): void {
    this.#isStale = true;
    if (this.#isVisible) this.#dashboard.frames.request(this.#choose);
  }

  /** Reads all that the drawing depends on. */
  #subscribe(): void {
    const { layout, selected, store, zoom, messages } = this.#dashboard;
    for (const run of selected.value) store.data(run);
    for (const name of [
      'axis',
      'xScale',
      'yScales',
      'smoothing',
      'pinned',
      'colors',
      'hiddenLines',
    ] as const) {
      layout.get(name);
    }
    void zoom.value;
    void messages.value;
    void this.#theme.value;
  }

  #prepare(): void {
    this.#isStale = false;
    const { layout, selected, zoom, messages } = this.#dashboard;
    const { axis, xScale, yScales, smoothing, pinned, colors, hiddenLines } = layout.peek();
    const runs = selected.peek();
    const all = runs.flatMap((run) => this.#dashboard.curvesOf(run));
    const curves = all.filter(({ metric }) => groupOf(metric) === this.#name);
    const styles = curveStyles(curves, new Map(Object.entries(colors)), runs.length === 1);
    const pinnedHere = pinned.filter((run) => runs.includes(run));
    const drawn = curves
      .filter((curve) => !hiddenLines.includes(`${this.#name}|${kindOf(curve)}`))
      .map((curve): DrawnCurve => {
        const emphasis =
          pinnedHere.length === 0 ? 'usual' : pinnedHere.includes(curve.run) ? 'pinned' : 'behind';
        return { curve, style: styles.get(curve)!, emphasis };
      });
    const isLogX = xScale === 'log' && axis !== 'wall';
    // Panels beside each other show the same stretch.
    const extent = zoom.peek() ?? extentOf(all, isLogX);
    const unit = axis === 'relative' ? timeUnit(extentOf(all, false)) : undefined;
    const secondsPerUnit = unit?.seconds ?? 1;
    const { width, height } = this.#canvas.size;
    const { option, hasDropped } = panelChart(drawn, {
      axis,
      xName: messages.peek().axisName(axis, unit?.name),
      group: this.#name,
      range: zoom.peek(),
      extent,
      isLogX,
      isLogY: yScales[this.#name] === 'log',
      smoothing,
      width,
      secondsPerUnit,
    });
    const whole = compactPlot(toEChartsOption(option, { width, height, theme: this.#theme.peek() }), height);
    const drawing = { curves, drawn, frame: plotFrame(whole), extent, secondsPerUnit, hasDropped };
    this.#next = { option: identified(whole), drawing };
    this.#dashboard.frames.request(this.#paint);
  }

  #draw(): void {
    if (this.#next === undefined) return;
    const { option, drawing } = this.#next;
    this.#next = undefined;
    this.#canvas.update(option);
    this.#drawing.value = drawing;
  }
}

/** The option with a name for each series, by which ECharts finds those again that it has drawn. */
function identified(option: object): EChartsCoreOption {
  const { series } = option as { series: object[] };
  return {
    ...option,
    series: series.map((one, index) => ({ ...typedSeries(one), id: `s${index}`, silent: true })),
  };
}
