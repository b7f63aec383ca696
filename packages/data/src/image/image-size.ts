import { DataError } from '../data-error.ts';

/** Pixels that an image may have: 5792 × 5792, more than cameras of phones take. */
const MAX_PIXELS = 2 ** 25;

/** Refuses an image by the size that its header says, before memory is taken for it. @throws DataError */
export function checkImageSize(width: number, height: number, place: string): void {
  if (width * height <= MAX_PIXELS && width > 0 && height > 0) return;
  throw new DataError({
    place,
    expected: `an image of 1 to ${MAX_PIXELS} pixels`,
    got: `${width} × ${height}`,
    hint: width > 0 && height > 0 ? 'scale it down' : undefined,
  });
}
