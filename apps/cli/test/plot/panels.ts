import type { Chart, ChartOption } from '@kindling/viz';

/** The panels of a figure; a chart by itself is the only one. */
export function panelsOf(chart: Chart): readonly ChartOption[] {
  if ('panels' in chart) return chart.panels;
  if (!('xAxis' in chart)) throw new Error('expected a chart with axes');
  return [chart];
}
