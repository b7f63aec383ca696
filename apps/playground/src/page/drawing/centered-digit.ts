/** Pixels of a side: of what a network sees, and of the box that the digit fits into, as MNIST's do. */
export const SIDE = 28;
const BOX = 20;

/** A square picture of ink, from 0 (paper) to 1, row by row. */
export interface Drawing {
  readonly side: number;
  readonly ink: Float32Array;
}

/**
 * A drawing as MNIST's digits are: made smaller or larger so that the longer side of its ink is 20 pixels, in 28 × 28, with its center
 * of mass in the middle. Undefined for a drawing without ink.
 */
export function centeredDigit(drawing: Drawing): Float32Array<ArrayBuffer> | undefined {
  const box = inkBox(drawing);
  if (box === undefined) return undefined;
  const scale = Math.max(box.width, box.height) / BOX;
  const small = sampled(drawing, scale, {
    x: box.left + box.width / 2 - (SIDE / 2) * scale,
    y: box.top + box.height / 2 - (SIDE / 2) * scale,
  });
  const { x, y } = centerOf(small);
  return moved(small, Math.round((SIDE - 1) / 2 - x), Math.round((SIDE - 1) / 2 - y));
}

/** Less ink is paper. */
const FAINT = 0.05;

function inkBox({ side, ink }: Drawing) {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (ink[y * side + x]! <= FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Mean ink of the square that each small pixel covers. */
function sampled({ side, ink }: Drawing, scale: number, from: { readonly x: number; readonly y: number }) {
  const small = new Float32Array(SIDE * SIDE);
  const parts = Math.max(2, Math.ceil(scale));
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      let sum = 0;
      for (let a = 0; a < parts; a++) {
        for (let b = 0; b < parts; b++) {
          const y = Math.floor(from.y + (i + (a + 0.5) / parts) * scale);
          const x = Math.floor(from.x + (j + (b + 0.5) / parts) * scale);
          if (x >= 0 && y >= 0 && x < side && y < side) sum += ink[y * side + x]!;
        }
      }
      small[i * SIDE + j] = sum / (parts * parts);
    }
  }
  return small;
}

function centerOf(pixels: Float32Array) {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((ink, i) => {
    mass += ink;
    x += ink * (i % SIDE);
    y += ink * Math.floor(i / SIDE);
  });
  return { x: x / mass, y: y / mass };
}

function moved(pixels: Float32Array, right: number, down: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [fromX, fromY] = [x - right, y - down];
      const isInside = fromX >= 0 && fromY >= 0 && fromX < SIDE && fromY < SIDE;
      result[y * SIDE + x] = isInside ? pixels[fromY * SIDE + fromX]! : 0;
    }
  }
  return result;
}
