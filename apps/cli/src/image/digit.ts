import type { GreyImage } from './grey-image.ts';

/** Height and width of a digit as MNIST has it, and of the box that holds its ink. */
const side = 28;
const box = 20;

/** A digit in white on black, 28 × 28, and what was done to a picture to get it. */
export interface Digit {
  readonly pixels: Uint8Array;
  /** Height and width: 28. */
  readonly side: number;
  /** In words; empty where the picture was taken as it is. */
  readonly changes: readonly string[];
}

/**
 * Makes a digit of a picture the way that MNIST's were made: ink is bright and paper black; the ink's bounding box is scaled
 * to fit 20 × 20 pixels and laid so that its center of mass is the middle of 28 × 28. A picture of 28 × 28 keeps its size and
 * place. Pictures with a bright edge are turned to negatives, and faint ink is made as bright as it gets.
 *
 * @returns nothing for a picture in one shade: there is no ink on it
 * @see http://yann.lecun.com/exdb/mnist/
 */
export function toDigit({ width, height, pixels }: GreyImage): Digit | undefined {
  const paper = median(edge({ width, height, pixels }));
  const isNegative = paper > 127;
  // Differences to the paper that scanning and compression make are no ink.
  const noise = paper === 0 || paper === 255 ? 0 : 24;
  const ink = Float64Array.from(pixels, (pixel) => {
    const difference = isNegative ? paper - pixel : pixel - paper;
    return difference > noise ? difference : 0;
  });
  const most = ink.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return undefined;
  const changes = isNegative ? ['inverted to white on black'] : [];

  if (width === side && height === side) {
    const strength = isNegative || noise > 0 ? 255 / most : 1;
    return { pixels: Uint8Array.from(ink, (value) => Math.round(value * strength)), side, changes };
  }
  const laid = centred(scaled(cropped({ width, height, ink })));
  const brightest = laid.reduce((a, b) => Math.max(a, b), 0);
  return {
    pixels: Uint8Array.from(laid, (value) => Math.round((255 * value) / brightest)),
    side,
    changes: [`cropped from ${width} × ${height} pixels, scaled and centered`, ...changes],
  };
}

interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly ink: Float64Array;
}

function edge({ width, height, pixels }: GreyImage): Uint8Array {
  return pixels.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
}

const median = (values: Uint8Array): number => values.toSorted()[values.length >> 1] ?? 0;

/** The part of a sheet that has ink on it. */
function cropped({ width, height, ink }: Sheet): Sheet {
  let [left, right, top, bottom] = [width, 0, height, 0];
  ink.forEach((value, i) => {
    if (value === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x),
      Math.min(top, y),
      Math.max(bottom, y),
    ];
  });
  const [columns, rows] = [right - left + 1, bottom - top + 1];
  const part = new Float64Array(columns * rows);
  part.forEach((_, i) => {
    part[i] = ink[(top + Math.floor(i / columns)) * width + left + (i % columns)]!;
  });
  return { width: columns, height: rows, ink: part };
}

/** A sheet made to fit the box; each new pixel is the mean of the area that it covers. */
function scaled({ width, height, ink }: Sheet): Sheet {
  const factor = Math.max(width, height) / box;
  const [columns, rows] = [Math.max(1, Math.round(width / factor)), Math.max(1, Math.round(height / factor))];
  const [stepX, stepY] = [width / columns, height / rows];
  const result = new Float64Array(columns * rows);
  result.forEach((_, i) => {
    const [x, y] = [(i % columns) * stepX, Math.floor(i / columns) * stepY];
    let sum = 0;
    for (let row = Math.floor(y); row < Math.min(height, y + stepY); row++) {
      const tall = Math.min(row + 1, y + stepY) - Math.max(row, y);
      for (let column = Math.floor(x); column < Math.min(width, x + stepX); column++) {
        sum += ink[row * width + column]! * tall * (Math.min(column + 1, x + stepX) - Math.max(column, x));
      }
    }
    result[i] = sum / (stepX * stepY);
  });
  return { width: columns, height: rows, ink: result };
}

/** The ink on a sheet of 28 × 28, its center of mass in the middle. */
function centred({ width, height, ink }: Sheet): Float64Array {
  let [mass, sumX, sumY] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    sumX += value * (i % width);
    sumY += value * Math.floor(i / width);
  });
  const place = (sum: number, size: number): number => {
    const start = Math.round((side - 1) / 2 - sum / mass);
    return Math.min(side - size, Math.max(0, start));
  };
  const [left, top] = [place(sumX, width), place(sumY, height)];
  const sheet = new Float64Array(side * side);
  ink.forEach((value, i) => {
    sheet[(top + Math.floor(i / width)) * side + left + (i % width)] = value;
  });
  return sheet;
}
