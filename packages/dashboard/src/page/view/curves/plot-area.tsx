import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useId } from 'preact/hooks';
import { extentOf } from '../../curves/panel-chart.ts';
import { within, zoomRange } from '../../curves/zoom.ts';
import type { PanelPlot } from '../../plot/panel-plot.ts';
import { toPixel, toValue } from '../../plot/plot-frame.ts';
import { useDashboard } from '../context.ts';
import { CursorLine } from './cursor-line.tsx';
import { CurveSummary } from './curve-summary.tsx';
import { NonFiniteMarks } from './non-finite-marks.tsx';
import { PlotTooltip } from './plot-tooltip.tsx';

/** Pixels that a pointer has to move for a zoom: what is less is a click. */
const minDrag = 4;

/** The canvas of a panel, and what lies over it: cursor, values, marks, the stretch that is being zoomed into. */
export function PlotArea({
  name,
  plot,
  canvas,
}: {
  name: string;
  plot: PanelPlot | undefined;
  canvas: RefObject<HTMLDivElement | null>;
}) {
  const dashboard = useDashboard();
  const { cursor, zoom } = dashboard;
  const drag = useSignal<{ from: number; to: number } | undefined>(undefined);
  const frame = () => plot?.drawing.peek().frame;
  /** The place on the axis of a pixel of the plot, in the axis' own units. */
  const placeOf = (pixel: number): number | undefined => {
    const now = frame();
    if (!now || !plot) return undefined;
    const inside = Math.min(now.left + now.width, Math.max(now.left, pixel));
    return toValue(now.x, inside) * plot.drawing.peek().secondsPerUnit;
  };
  const pixelsOf = (event: PointerEvent | MouseEvent): readonly [number, number] => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = frame();
    const drawing = plot?.drawing.peek();
    if (!now || !drawing?.extent) return;
    const at = cursor.peek();
    const pixel = at ? toPixel(now.x, at.x / drawing.secondsPerUnit) : now.left + now.width / 2;
    const move = (to: number) => {
      const x = placeOf(to);
      if (x !== undefined) cursor.value = { panel: name, x, pointerY: undefined };
    };
    const far = event.shiftKey ? 50 : 5;
    switch (event.key) {
      case 'ArrowLeft':
        move(pixel - far);
        break;
      case 'ArrowRight':
        move(pixel + far);
        break;
      case 'Home':
        move(now.left);
        break;
      case 'End':
        move(now.left + now.width);
        break;
      case '+':
      case '=':
        zoom.value = zoomRange(drawing.extent, at?.x, 0.5);
        break;
      case '-':
        zoom.value =
          zoom.peek() && within(zoomRange(drawing.extent, at?.x, 2), extentOf(drawing.curves, now.x.isLog));
        break;
      case 'Escape':
      case '0':
        zoom.value = undefined;
        cursor.value = undefined;
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const box = plot?.drawing.value.frame;
  const summary = useId();
  return (
    <div class="plot-area">
      <div
        class="plot"
        role="img"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: values are read and zoomed into by the keyboard
        tabIndex={0}
        aria-labelledby={summary}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (cursor.peek()?.panel === name) cursor.value = undefined;
        }}
        onPointerDown={(event) => {
          const now = frame();
          const [x, y] = pixelsOf(event);
          if (event.button !== 0 || !now || y > now.top + now.height) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.value = { from: x, to: x };
        }}
        onPointerMove={(event) => {
          const [x, y] = pixelsOf(event);
          if (drag.peek()) drag.value = { from: drag.peek()!.from, to: x };
          const place = placeOf(x);
          if (place !== undefined) cursor.value = { panel: name, x: place, pointerY: y };
        }}
        onPointerUp={() => {
          const { from, to } = drag.peek() ?? { from: 0, to: 0 };
          drag.value = undefined;
          if (Math.abs(to - from) < minDrag) return;
          const [min, max] = [placeOf(Math.min(from, to)), placeOf(Math.max(from, to))];
          if (min !== undefined && max !== undefined && min < max) zoom.value = [min, max];
        }}
        onPointerCancel={() => {
          drag.value = undefined;
        }}
        onPointerLeave={() => {
          if (!drag.peek() && cursor.peek()?.panel === name) cursor.value = undefined;
        }}
        onDblClick={() => {
          zoom.value = undefined;
        }}
      >
        <div class="canvas" ref={canvas} aria-hidden="true" />
        {plot && (
          <>
            <NonFiniteMarks plot={plot} />
            <CursorLine plot={plot} />
          </>
        )}
        {drag.value && box && (
          <div
            class="zoom-box"
            style={{
              left: `${Math.max(box.left, Math.min(drag.value.from, drag.value.to))}px`,
              width: `${Math.abs(drag.value.to - drag.value.from)}px`,
              top: `${box.top}px`,
              height: `${box.height}px`,
            }}
          />
        )}
      </div>
      {plot && (
        <>
          <CurveSummary id={summary} name={name} plot={plot} />
          <PlotTooltip name={name} plot={plot} />
        </>
      )}
    </div>
  );
}
