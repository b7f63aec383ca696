import { useEffect, useRef } from 'preact/hooks';
import { SIDE } from '../drawing/centered-digit.ts';
import { useMessages, usePlayground } from './context.ts';

/** What the network was shown, and its scores. */
export function DigitScores() {
  const { scores, seen, isDrawable } = usePlayground();
  const t = useMessages();
  const { value } = scores;
  const best = value.indexOf(Math.max(...value));
  return (
    <div class="scores">
      <p role="status" class="result">
        {value.length > 0
          ? t.drawing.result(String(best))
          : isDrawable.value
            ? t.drawing.hint
            : t.drawing.wait}
      </p>
      {seen.value !== undefined && <SeenPicture pixels={seen.value} />}
      {value.length > 0 && (
        <ol aria-label={t.drawing.scores}>
          {value.map((score, digit) => (
            <li key={digit} class={digit === best ? 'best' : ''}>
              <span class="digit">{digit}</span>
              <span class="bar">
                <span class="fill" style={{ width: `${100 * Math.min(1, Math.max(0, score))}%` }} />
              </span>
              <span class="value">{score.toFixed(2)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function SeenPicture({ pixels }: { readonly pixels: Float32Array }) {
  const t = useMessages();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(SIDE, SIDE);
    pixels.forEach((ink, i) => {
      image.data.set([255 * ink, 255 * ink, 255 * ink, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }, [pixels]);
  return (
    <canvas
      class="seen"
      ref={canvas}
      width={SIDE}
      height={SIDE}
      role="img"
      aria-label={t.drawing.seen}
      title={t.drawing.seen}
    />
  );
}
