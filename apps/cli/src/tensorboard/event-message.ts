import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/*
 * Messages of TensorBoard, with the numbers that event.proto, summary.proto and histogram.proto give their fields:
 * https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto
 */

export interface ImageMessage {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** The picture as a PNG file. */
  readonly png: Uint8Array;
}

export interface HistogramMessage {
  /** One more than there are counts, in ascending order. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** A value under a tag. */
export type ValueMessage = { readonly tag: string } & (
  | { readonly scalar: number }
  | { readonly image: ImageMessage }
  | { readonly histogram: HistogramMessage }
);

export interface EventMessage {
  /** Milliseconds since 1970 (UTC). */
  readonly time: number;
  readonly step: number;
  readonly values: readonly ValueMessage[];
}

/** What a file of events begins with. */
const FILE_VERSION = 'brain.Event:2';

function within(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

const whole = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

const double = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Bit64).double(value);

function image(writer: BinaryWriter, { height, width, channels, png }: ImageMessage): void {
  whole(writer, 1, height);
  whole(writer, 2, width);
  // Image.colorspace: 1 is grey, 3 RGB.
  whole(writer, 3, channels);
  writer.tag(4, WireType.LengthDelimited).bytes(png);
}

/** Bins have neither the sum of the values nor that of their squares: it is that of the bins' middles. */
function histogram(writer: BinaryWriter, { edges, counts }: HistogramMessage): void {
  const middles = counts.map((_, i) => edges[i]! / 2 + edges[i + 1]! / 2);
  const sum = (of: (middle: number) => number): number =>
    counts.reduce((total, count, i) => total + count * of(middles[i]!), 0);
  double(writer, 1, edges[0]!);
  double(writer, 2, edges.at(-1)!);
  double(
    writer,
    3,
    counts.reduce((total, count) => total + count, 0),
  );
  double(
    writer,
    4,
    sum((middle) => middle),
  );
  double(
    writer,
    5,
    sum((middle) => middle * middle),
  );
  within(writer, 6, () => {
    for (const edge of edges.slice(1)) writer.double(edge);
  });
  within(writer, 7, () => {
    for (const count of counts) writer.double(count);
  });
}

function value(writer: BinaryWriter, message: ValueMessage): void {
  writer.tag(1, WireType.LengthDelimited).string(message.tag);
  if ('scalar' in message) writer.tag(2, WireType.Bit32).float(Math.fround(message.scalar));
  else if ('image' in message) within(writer, 4, () => image(writer, message.image));
  else within(writer, 5, () => histogram(writer, message.histogram));
}

/** The message that a file begins with. @param time In milliseconds since 1970 (UTC). */
export function encodeFileVersion(time: number): Uint8Array {
  const writer = double(new BinaryWriter(), 1, time / 1000);
  return writer.tag(3, WireType.LengthDelimited).string(FILE_VERSION).finish();
}

export function encodeEvent({ time, step, values }: EventMessage): Uint8Array {
  const writer = whole(double(new BinaryWriter(), 1, time / 1000), 2, step);
  within(writer, 5, () => {
    for (const one of values) within(writer, 1, () => value(writer, one));
  });
  return writer.finish();
}
