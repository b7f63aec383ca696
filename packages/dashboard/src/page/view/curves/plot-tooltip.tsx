import { themed } from '@kindling/viz';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { partOf } from '../../curves/curve-group.ts';
import { type NearestValue, nearestValues } from '../../curves/nearest-values.ts';
import type { PanelPlot } from '../../plot/panel-plot.ts';
import { toPixel } from '../../plot/plot-frame.ts';
import { useMessages, usePage } from '../context.ts';

const maxLines = 14;
/** Pixels around the cursor within which a curve that has ended still counts. */
const reach = 12;

/** The values at the cursor, the nearest curve first, with all their digits. */
export function PlotTooltip({ name, plot }: { name: string; plot: PanelPlot }) {
  const { dashboard, theme } = usePage();
  const t = useMessages();
  const { cursor, layout, selected } = dashboard;
  const at = cursor.value;
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (element.current && !element.current.hidden) keepInside(element.current);
  });
  const { drawn, frame, secondsPerUnit } = plot.drawing.value;
  if (at?.panel !== name || !frame) return <div class="tooltip" role="status" ref={element} hidden />;
  const axis = layout.get('axis');
  const smoothing = layout.get('smoothing');
  const pixelX = toPixel(frame.x, at.x / secondsPerUnit);
  const { pointerY } = at;
  const values = nearestValues(drawn, at.x, {
    smoothing,
    maxGap: (reach / frame.width) * (frame.x.max - frame.x.min) * secondsPerUnit,
    distance: (y) => (pointerY === undefined ? 0 : Math.abs(toPixel(frame.y, y) - pointerY)),
  });
  const isMany = selected.value.length > 1;
  const label = ({ drawn: { curve } }: NearestValue) =>
    [isMany ? dashboard.nameOf(curve.run) : '', partOf(curve.metric), t.splits[curve.split]]
      .filter(Boolean)
      .join(' · ');
  const isRight = pixelX > frame.left + frame.width / 2;
  return (
    <div
      class="tooltip"
      role="status"
      ref={element}
      style={{
        top: `${frame.top + 4}px`,
        left: isRight ? 'auto' : `${pixelX + 14}px`,
        right: isRight ? `calc(100% - ${pixelX - 14}px)` : 'auto',
      }}
    >
      <div class="place">{t.place(axis, values[0]?.x ?? at.x)}</div>
      <ol>
        {values.slice(0, maxLines).map((value) => (
          <li key={`${value.drawn.curve.run} ${label(value)}`}>
            <span class="mark" style={{ background: themed(value.drawn.style.color, theme.colors.value) }} />
            <span class="name">{label(value)}</span>
            <span class="value">{t.chart.number(value.smoothed ?? value.y)}</span>
            {value.smoothed !== undefined && (
              <small class="value">{t.curves.measured(t.chart.number(value.y))}</small>
            )}
          </li>
        ))}
      </ol>
      {values.length > maxLines && <div class="more">{t.curves.more(values.length - maxLines)}</div>}
    </div>
  );
}

/** Pixels between the tooltip and the edge of the window. */
const margin = 8;

/** Moves what would lie outside of the window to its edge. */
function keepInside(element: HTMLElement): void {
  element.style.transform = '';
  const { left, right } = element.getBoundingClientRect();
  const beyond = Math.max(0, right - (document.documentElement.clientWidth - margin));
  const shift = Math.max(-beyond, margin - left);
  if (shift !== 0 && (beyond > 0 || left < margin)) element.style.transform = `translateX(${shift}px)`;
}
