/** Height and width of an image in pixels. */
export const SIDE = 28;

/** A 28 × 28 sheet that takes ink from a round pen, antialiased. */
export class Canvas {
  readonly #ink = new Float64Array(SIDE * SIDE);

  clear(): void {
    this.#ink.fill(0);
  }

  /**
   * Draws from (x0, y0) to (x1, y1), in pixels, with a pen of radius r. A pixel at distance d from the line takes
   * clamp((r + s − d) / 2s, 0, 1) of ink with s the half width of the edge; where strokes overlap, the most of it.
   */
  line(x0: number, y0: number, x1: number, y1: number, radius: number, softness: number): void {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const inverse = 1 / (dx * dx + dy * dy + 1e-12);
    const reach = radius + softness;
    const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
    const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
    const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
    const ink = this.#ink;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) * inverse));
        const ex = x0 + along * dx - x;
        const ey = y0 + along * dy - y;
        const squared = ex * ex + ey * ey;
        if (squared >= reach * reach) continue;
        const here = Math.min(1, (reach - Math.sqrt(squared)) / (2 * softness));
        const at = y * SIDE + x;
        if (here > ink[at]!) ink[at] = here;
      }
    }
  }

  /** Writes the ink as bytes, 0 (paper) … 255; `grain` is how much of a pixel's ink may be missing, per pixel. */
  develop(pixels: Uint8Array, grain: () => number): void {
    const ink = this.#ink;
    for (let i = 0; i < ink.length; i++) {
      const here = ink[i]!;
      pixels[i] = here === 0 ? 0 : Math.floor(255 * here * (1 - grain()) + 0.5);
    }
  }
}
