import type { Tensor } from '@kindling/core';

/** The scores of the classes of a drawing. */
export type DrawingScores = ArrayLike<number> | Tensor;

/** Classifies a drawing: 28 × 28 values from 0 (paper) to 1 (ink), row by row. */
export type DrawingHandler = (pixels: Float32Array) => DrawingScores | Promise<DrawingScores>;

let handler: DrawingHandler | undefined;
let listener: () => void = () => {};

/** Calls a listener when the program has said how drawings are classified. */
export function whenDrawable(call: () => void): void {
  listener = call;
}

/**
 * Classifies what is drawn on the page's pad, as soon as the program has come to its end or waits for something.
 *
 * ```ts
 * onDrawing((pixels) => noGrad(() => model.forward(tensor(pixels, { shape: [1, 784] })).softmax(1)));
 * ```
 *
 * @param classify Receives 28 × 28 pixels, row by row, from 0 (paper) to 1 (ink), the digit centered as MNIST's are; returns a score for each digit.
 * @throws {TypeError} for anything but a function.
 */
export function onDrawing(classify: DrawingHandler): void {
  if (typeof classify !== 'function') {
    throw new TypeError(
      `onDrawing: expected a function, got ${classify === null ? 'null' : typeof classify}`,
    );
  }
  handler = classify;
  listener();
}

/** The scores that the program gives a drawing. @throws what the program throws; TypeError for scores that are not numbers. */
export async function classifyDrawing(pixels: Float32Array): Promise<number[]> {
  if (handler === undefined) return [];
  const given: unknown = await handler(pixels);
  const scores = Array.from(valuesOf(given) ?? []);
  if (scores.length === 0 || !scores.every((score) => typeof score === 'number')) {
    throw new TypeError('onDrawing: expected a score for each class, got something else');
  }
  return scores;
}

function valuesOf(given: unknown): ArrayLike<number> | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  if ('data' in given && typeof given.data === 'function')
    return (given as Tensor).data() as ArrayLike<number>;
  return 'length' in given ? (given as ArrayLike<number>) : undefined;
}
