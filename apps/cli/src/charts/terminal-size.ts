import type { Chart } from '@kindling/viz';
import type { Output } from '../terminal/output.ts';

/** Most columns of a chart: longer lines are hard to follow. */
const widest = 200;
/** Columns that a panel beside others needs. */
const panelColumns = 36;
/** Rows of a chart, and of a panel above others. */
const rows = { fewest: 10, chart: 24, panel: 18 } as const;

/** Room for a chart on the terminal, a prompt below it. */
export function terminalSize(chart: Chart, { screen }: Output): { width: number; height: number } {
  const width = Math.min(widest, screen.columns);
  const wanted = 'panels' in chart ? figureRows(chart.panels.length, chart.columns, width) : rows.chart;
  return { width, height: Math.max(rows.fewest, Math.min(wanted, screen.rows - 2)) };
}

function figureRows(panels: number, columns: number, width: number): number {
  const across = Math.max(1, Math.min(columns, Math.floor(width / panelColumns)));
  const down = Math.ceil(panels / across);
  return down > 1 ? down * rows.panel : rows.chart;
}
