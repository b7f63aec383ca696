import { type Column, expectLength, extent, isDrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption, HeatmapSeries } from '../option.ts';
import { titleOf } from './title.ts';

/** Grey values, row after row from the top. */
export interface ImageColumns {
  readonly pixels: Column;
  readonly width: number;
  readonly height: number;
}

export interface ImageOptions {
  /** The label, for instance. */
  readonly title?: string;
  /** Values shown as black and as white; what lies beyond is cut. Default: 0 and the largest pixel. */
  readonly range?: readonly [black: number, white: number];
}

/**
 * A grey image as it is, pixel for pixel.
 *
 *     image({ pixels, width: 28, height: 28 }, { title: 'label 4' })
 *
 * @throws RangeError where there are not width · height pixels, or a size or range is none
 */
export function image({ pixels, width, height }: ImageColumns, options: ImageOptions = {}): ChartOption {
  for (const size of [width, height]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`image: expected a size of positive integers, got ${width} × ${height}`);
    }
  }
  expectLength('image', 'pixels', pixels, width * height, `${width} × ${height}`);
  const [low, high] = extent(pixels) ?? [0, 1];
  const floor = Math.min(0, low);
  const [black, white] = options.range ?? [floor, high > floor ? high : floor + Math.max(1, Math.abs(floor))];
  if (!(black < white)) throw new RangeError(`image: expected black below white, got [${black}, ${white}]`);
  const data: HeatmapSeries['data'] = [];
  for (let i = 0; i < pixels.length; i++) {
    const value = isDrawable(pixels[i]!) ? Math.min(white, Math.max(black, pixels[i]!)) : black;
    data.push([i % width, Math.floor(i / width), value]);
  }
  const axis = (length: number) => ({ type: 'category' as const, show: false, data: indices(length) });
  return displayable({
    animation: false,
    ...titleOf(options.title, []),
    xAxis: axis(width),
    yAxis: [{ ...axis(height), inverse: true }],
    visualMap: { show: false, min: black, max: white, inRange: { color: ['#000000', '#ffffff'] } },
    series: [{ type: 'heatmap', name: 'image', data }],
  });
}

function indices(length: number): string[] {
  return Array.from({ length }, (_, i) => String(i));
}
