import { themed } from '@kindling/viz';
import { nonFiniteMarks } from '../../curves/non-finite.ts';
import type { PanelPlot } from '../../plot/panel-plot.ts';
import { toPixel } from '../../plot/plot-frame.ts';
import { useDashboard, useMessages, usePage } from '../context.ts';

/** Most marks of a kind across a panel. */
const maxMarks = 60;

/** NaN and infinities at the edge of the plot, where they happened. */
export function NonFiniteMarks({ plot }: { plot: PanelPlot }) {
  const { theme } = usePage();
  const { zoom, nameOf } = useMarks();
  const t = useMessages();
  const { drawn, frame, extent, secondsPerUnit } = plot.drawing.value;
  if (!frame || drawn.every(({ curve }) => curve.nonFinite.length === 0)) return null;
  return (
    <>
      {drawn.flatMap(({ curve, style }, index) =>
        nonFiniteMarks(curve, zoom.value, extent, maxMarks).map(({ x, value, more }) => {
          const isHigh = value === Infinity;
          const pixel = toPixel(frame.x, x / secondsPerUnit);
          if (!Number.isFinite(pixel)) return null;
          const count = more > 0 ? ` (+${more})` : '';
          return (
            <span
              key={`${index} ${x} ${value}`}
              class={`non-finite ${isHigh ? 'high' : 'low'}`}
              title={`${nameOf(curve.run)} ${curve.metric}: ${t.chart.number(value)} · ${x}${count}`}
              style={{
                left: `${pixel}px`,
                top: `${isHigh ? frame.top : frame.top + frame.height}px`,
                borderColor: themed(style.color, theme.colors.value),
              }}
            >
              {Number.isNaN(value) ? 'NaN' : isHigh ? '+∞' : '−∞'}
            </span>
          );
        }),
      )}
    </>
  );
}

function useMarks() {
  const dashboard = useDashboard();
  return { zoom: dashboard.zoom, nameOf: (run: string) => dashboard.nameOf(run) };
}
