import type { Drawing } from './centered-digit.ts';

/** Pixels of a side of the pad's canvas, and the width of the pen on it. */
export const PAD_SIDE = 224;
const PEN = 18;
/** How far an arrow key moves the pen. */
const STEP = 8;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Draws on a canvas, in the colour of its text. Ink is what is not transparent. */
export class Pen {
  readonly #context: CanvasRenderingContext2D;
  #at: Point = { x: PAD_SIDE / 2, y: PAD_SIDE / 4 };
  #isDown = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext('2d', { willReadFrequently: true })!;
    this.#context.lineCap = this.#context.lineJoin = 'round';
    this.#context.lineWidth = PEN;
    this.clear();
  }

  get at(): Point {
    return this.#at;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  clear(): void {
    this.#context.clearRect(0, 0, PAD_SIDE, PAD_SIDE);
  }

  lower(at: Point = this.#at): void {
    this.#isDown = true;
    this.#at = at;
    this.#lineTo(at);
  }

  /** Moves the pen; it draws where it is down. */
  move(to: Point): void {
    if (this.#isDown) this.#lineTo(to);
    this.#at = to;
  }

  lift(): void {
    this.#isDown = false;
  }

  /** Moves the pen by an arrow key. @returns whether the key is one. */
  moveBy(key: string): boolean {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (by === undefined) return false;
    const within = (value: number) => Math.min(PAD_SIDE - PEN / 2, Math.max(PEN / 2, value));
    this.move({ x: within(this.#at.x + by[0]! * STEP), y: within(this.#at.y + by[1]! * STEP) });
    return true;
  }

  get drawing(): Drawing {
    const { data } = this.#context.getImageData(0, 0, PAD_SIDE, PAD_SIDE);
    return {
      side: PAD_SIDE,
      ink: Float32Array.from({ length: PAD_SIDE ** 2 }, (_, i) => data[4 * i + 3]! / 255),
    };
  }

  #lineTo({ x, y }: Point): void {
    this.#context.strokeStyle = getComputedStyle(this.#context.canvas).color;
    this.#context.beginPath();
    this.#context.moveTo(this.#at.x, this.#at.y);
    // A line without length is not drawn.
    this.#context.lineTo(x + 0.01, y);
    this.#context.stroke();
  }
}
