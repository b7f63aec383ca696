import type { Chart } from '@kindling/viz';
import type { Output } from '../terminal/output.ts';

/** Most columns of a chart: the eye does not follow longer lines. */
const widest = 200;
/** Rows of a chart, and of a panel of a figure. */
const rows = { fewest: 10, chart: 24, panel: 18 } as const;

/** Room for a chart on the terminal, a prompt below it. */
export function terminalSize(chart: Chart, { screen }: Output): { width: number; height: number } {
  const down = 'panels' in chart ? Math.ceil(chart.panels.length / chart.columns) : 1;
  const wanted = down > 1 ? down * rows.panel : rows.chart;
  const height = Math.max(rows.fewest, Math.min(wanted, screen.rows - 2));
  return { width: Math.min(widest, screen.columns), height };
}
