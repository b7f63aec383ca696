import { type Column, expectLength, extent, isDrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, FigureOption } from '../option.ts';
import { okabeIto } from '../theme/palette.ts';
import { titleOf } from './title.ts';

/** Grey images of one size with what they show and what a model takes them for; row i of each belongs to image i. */
export interface ImageGridColumns {
  /** All images, one after the other, each row after row from the top. */
  readonly pixels: Column;
  readonly width: number;
  readonly height: number;
  /** Indices of the true classes. */
  readonly labels?: Column;
  /** Indices of the predicted classes. */
  readonly predictions?: Column;
  /** What stands below each image, before its label and prediction; '' for nothing. */
  readonly captions?: readonly string[];
}

export interface ImageGridOptions {
  readonly title?: string;
  /** Names of the classes. Default: their indices. */
  readonly classes?: readonly string[];
  /** Images in a row. Default 8. */
  readonly columns?: number;
  /** Most images shown; a note counts the others. Default 32. */
  readonly limit?: number;
  /** Values shown as black and as white; what lies beyond is cut. Default: 0 (or less) and the largest pixel of all. */
  readonly range?: readonly [black: number, white: number];
}

/**
 * Images side by side, each with its label and prediction below. Wrong ones come first, and their captions are marked
 * (×, vermillion); among themselves images keep their order. A note counts them.
 *
 *     imageGrid({ pixels, width: 28, height: 28, labels, predictions }, { title: 'MNIST, validation' })
 *
 * @throws {RangeError} for columns that do not fit the number of images, a size, limit or range that is none, and an
 * index without a class
 */
export function imageGrid(columns: ImageGridColumns, options: ImageGridOptions = {}): FigureOption {
  const where = 'imageGrid';
  const { pixels, width, height, labels, predictions, captions } = columns;
  const { columns: across = 8, limit = 32, classes } = options;
  for (const [name, size] of Object.entries({ width, height, columns: across, limit })) {
    if (!(Number.isInteger(size) && size >= 1)) {
      throw new RangeError(`${where}: expected ${name} to be a positive integer, got ${String(size)}`);
    }
  }
  const size = width * height;
  if (pixels.length % size !== 0) {
    throw new RangeError(
      `${where}: expected pixels of whole images of ${width} × ${height} (${size}), got ${pixels.length}`,
    );
  }
  const count = pixels.length / size;
  if (labels) expectLength(where, 'labels', labels, count, 'images');
  if (predictions) expectLength(where, 'predictions', predictions, count, 'images');
  if (captions && captions.length !== count) {
    throw new RangeError(`${where}: expected ${count} captions, one for each image, got ${captions.length}`);
  }
  const nameOf = (index: number) => className(index, classes);
  const isWrong = (i: number) =>
    labels !== undefined && predictions !== undefined && labels[i] !== predictions[i];
  const order = Array.from({ length: count }, (_, i) => i);
  const wrong = order.filter(isWrong);
  const shown = [...wrong, ...order.filter((i) => !isWrong(i))].slice(0, limit);
  const [black, white] = options.range ?? defaultRange(pixels);
  if (!(black < white)) {
    throw new RangeError(`${where}: expected black below white, got [${black}, ${white}]`);
  }
  const notes: string[] = [];
  if (count === 0) notes.push('no images to draw');
  if (count > 0 && labels && predictions) notes.push(`${wrong.length} of ${count} wrong (×)`);
  if (count > shown.length) notes.push(`${shown.length} of ${count} shown`);
  return displayable({
    animation: false,
    ...titleOf(options.title, notes.length > 1 ? [notes.join(', ')] : notes),
    columns: Math.min(across, Math.max(1, shown.length)),
    panels: shown.map((i) => {
      const caption = [
        ...(captions?.[i] ? [captions[i]] : []),
        ...(labels ? [`${isWrong(i) ? '× ' : ''}label ${nameOf(labels[i]!)}`] : []),
        ...(predictions ? [`pred ${nameOf(predictions[i]!)}`] : []),
      ].join('\n');
      return imagePanel(pixels, i * size, [width, height], [black, white], caption, isWrong(i));
    }),
  });
}

/** An image as a field whose axes show its caption alone. */
function imagePanel(
  pixels: Column,
  offset: number,
  [width, height]: readonly [number, number],
  [black, white]: readonly [number, number],
  caption: string,
  isMarked: boolean,
): ChartOption {
  const data: (number | null)[] = [];
  for (let y = height - 1; y >= 0; y--) {
    for (let x = 0; x < width; x++) {
      const value = pixels[offset + y * width + x]!;
      data.push(isDrawable(value) ? Math.min(white, Math.max(black, value)) : null);
    }
  }
  return {
    animation: false,
    xAxis: {
      type: 'value',
      labels: 'none',
      min: 0,
      max: width,
      ...(caption ? { name: caption } : {}),
      ...(isMarked ? { nameTextStyle: { color: okabeIto.vermillion } } : {}),
    },
    yAxis: [{ type: 'value', labels: 'none', min: 0, max: height }],
    visualMap: { show: false, min: black, max: white, inRange: { color: ['#000000', '#ffffff'] } },
    series: [
      {
        type: 'field',
        name: 'image',
        xEdges: Array.from({ length: width + 1 }, (_, i) => i),
        yEdges: Array.from({ length: height + 1 }, (_, i) => i),
        data,
      },
    ],
  };
}

function className(index: number, classes: readonly string[] | undefined): string {
  if (!(Number.isInteger(index) && index >= 0) || (classes && index >= classes.length)) {
    const most = classes ? ` below ${classes.length}` : '';
    throw new RangeError(`imageGrid: expected the index of a class${most}, got ${String(index)}`);
  }
  return classes ? classes[index]! : String(index);
}

function defaultRange(pixels: Column): readonly [number, number] {
  const [low, high] = extent(pixels) ?? [0, 1];
  const black = Math.min(0, low);
  return [black, high > black ? high : black + Math.max(1, Math.abs(black))];
}
