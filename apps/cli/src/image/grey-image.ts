import { DataError } from '@kindling/data';

/** A picture in shades of gray, row after row from the top: 0 black, 255 white. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Pixels that a picture may have: 5792 × 5792, more than cameras of phones take. */
export const maxPixels = 2 ** 25;

/** Refuses a picture by the size that its header says, before memory is taken for it. @throws DataError */
export function checkSize(width: number, height: number, place: string): void {
  if (width * height <= maxPixels && width > 0 && height > 0) return;
  throw new DataError({
    place,
    expected: `an image of 1 to ${maxPixels} pixels`,
    got: `${width} × ${height}`,
    hint: width > 0 && height > 0 ? 'scale it down' : undefined,
  });
}
