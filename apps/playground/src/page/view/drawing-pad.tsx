import { useEffect, useRef, useState } from 'preact/hooks';
import { PAD_SIDE, Pen, type Point } from '../drawing/pen.ts';
import { useMessages, usePlayground } from './context.ts';
import { DigitScores } from './digit-scores.tsx';

/** A pad to draw a digit on, for programs that can classify it. */
export function DrawingPad() {
  const playground = usePlayground();
  const t = useMessages();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pen = useRef<Pen>(undefined);
  const [cursor, setCursor] = useState<Point & { isDown: boolean }>();
  const isShown =
    playground.isDrawable.value || ['digits', 'digits-single'].includes(playground.program.value);
  useEffect(() => {
    pen.current = canvas.current === null ? undefined : new Pen(canvas.current);
  }, [isShown]);
  if (!isShown) return null;

  const classify = () => playground.classify(pen.current!.drawing);
  const clear = () => {
    pen.current?.clear();
    classify();
  };
  const showCursor = () => setCursor({ ...pen.current!.at, isDown: pen.current!.isDown });
  const place = ({ offsetX, offsetY, currentTarget }: PointerEvent): Point => {
    const scale = PAD_SIDE / (currentTarget as HTMLElement).clientWidth;
    return { x: offsetX * scale, y: offsetY * scale };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { current } = pen;
    if (current === undefined) return;
    if (event.key === ' ') {
      if (current.isDown) current.lift();
      else current.lower();
    } else if (event.key === 'Delete' || event.key === 'Backspace') current.clear();
    else if (!current.moveBy(event.key)) return;
    event.preventDefault();
    showCursor();
    classify();
  };
  return (
    <section class="drawing" aria-labelledby="drawing-title">
      <div class="head">
        <h2 id="drawing-title">{t.drawing.title}</h2>
        <button type="button" onClick={clear}>
          {t.drawing.clear}
        </button>
      </div>
      <div class="pad-and-scores">
        <div class="pad">
          {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: keys draw on it */}
          <canvas
            ref={canvas}
            width={PAD_SIDE}
            height={PAD_SIDE}
            tabIndex={0}
            role="application"
            aria-label={t.drawing.pad}
            aria-describedby="drawing-keys"
            onKeyDown={onKeyDown}
            onBlur={() => {
              pen.current?.lift();
              setCursor(undefined);
            }}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              setCursor(undefined);
              pen.current?.lower(place(event));
              classify();
            }}
            onPointerMove={(event) => {
              if (!pen.current?.isDown || event.buttons === 0) return;
              pen.current.move(place(event));
              classify();
            }}
            onPointerUp={() => pen.current?.lift()}
            onPointerCancel={() => pen.current?.lift()}
          />
          {cursor !== undefined && (
            <span
              class={`pen${cursor.isDown ? ' down' : ''}`}
              style={{ left: `${(100 * cursor.x) / PAD_SIDE}%`, top: `${(100 * cursor.y) / PAD_SIDE}%` }}
            />
          )}
          <p id="drawing-keys" class="visually-hidden">
            {t.drawing.keys}
          </p>
        </div>
        <DigitScores />
      </div>
    </section>
  );
}
