import type { PanelPlot } from '../../plot/panel-plot.ts';
import { toPixel } from '../../plot/plot-frame.ts';
import { useDashboard } from '../context.ts';

/** The place of the cursor, in every panel. */
export function CursorLine({ plot }: { plot: PanelPlot }) {
  const { cursor } = useDashboard();
  const { frame, secondsPerUnit } = plot.drawing.value;
  if (!cursor.value || !frame) return null;
  const x = toPixel(frame.x, cursor.value.x / secondsPerUnit);
  if (!(x >= frame.left - 0.5 && x <= frame.left + frame.width + 0.5)) return null;
  return (
    <div
      class="cursor-line"
      style={{ left: `${Math.round(x)}px`, top: `${frame.top}px`, height: `${frame.height}px` }}
    />
  );
}
