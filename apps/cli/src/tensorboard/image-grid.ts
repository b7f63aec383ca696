/** Pictures of one size, one after the other, row by row, pixel by pixel, a byte a channel. */
export interface Pictures {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Pictures in a row, and black pixels around each; as of torchvision's `make_grid`. */
const COLUMNS = 8;
const PADDING = 2;
/** Further pictures are left out. */
const MAX_PICTURES = 64;

/** Pictures side by side as one, 64 at most; a single one as it is. Undefined where there is none. */
export function imageGrid({ height, width, channels, pixels }: Pictures): Pictures | undefined {
  const size = height * width * channels;
  if (size === 0 || pixels.length < size) return undefined;
  const count = Math.min(MAX_PICTURES, Math.floor(pixels.length / size));
  if (count === 1) return { height, width, channels, pixels: pixels.subarray(0, size) };
  const columns = Math.min(count, COLUMNS);
  const rows = Math.ceil(count / columns);
  const grid = {
    height: rows * (height + PADDING) + PADDING,
    width: columns * (width + PADDING) + PADDING,
  };
  const all = new Uint8Array(grid.height * grid.width * channels);
  const line = width * channels;
  for (let picture = 0; picture < count; picture++) {
    const top = PADDING + Math.floor(picture / columns) * (height + PADDING);
    const left = PADDING + (picture % columns) * (width + PADDING);
    for (let row = 0; row < height; row++) {
      const from = (picture * height + row) * line;
      all.set(pixels.subarray(from, from + line), ((top + row) * grid.width + left) * channels);
    }
  }
  return { ...grid, channels, pixels: all };
}
