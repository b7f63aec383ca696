import type { EChartsOption } from 'echarts';

/** Pixels above the plot, and below it for tick labels and the name of the axis. */
const room = { top: 14, bottom: 48 } as const;
const nameGap = 24;

/** The option of one plot with less room around it: the panel that it stands in has its title and its legend above. */
export function compactPlot(option: EChartsOption, height: number): EChartsOption {
  const { grid, xAxis } = option as { grid: object[]; xAxis: object[] };
  return {
    ...option,
    grid: grid.map((one) => ({
      ...one,
      top: room.top,
      height: Math.max(1, height - room.top - room.bottom),
    })),
    xAxis: xAxis.map((axis) => ({ ...axis, nameGap })),
  } as EChartsOption;
}
