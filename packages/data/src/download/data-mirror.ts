import { ArgumentError } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';

let chosen: string | undefined;

/**
 * Sets the address that files of datasets are looked for first: `<mirror>/<path>`, such as `data/mnist/train-images-idx3-ubyte.gz` for
 * `setDataMirror('data')`. In a browser it may be relative to the page, or to the worker's script. It comes before the environment
 * variable `KINDLING_MIRROR`; `undefined` takes it back.
 *
 * @throws {ArgumentError} for anything but a text.
 */
export function setDataMirror(mirror: string | undefined): void {
  if (mirror !== undefined && typeof mirror !== 'string') {
    throw new ArgumentError(`setDataMirror: expected an address, got ${describeValue(mirror)}`);
  }
  chosen = mirror;
}

/** What {@link setDataMirror} set, else the environment. */
export const dataMirror = (): string | undefined =>
  chosen ?? (typeof process === 'undefined' ? undefined : process.env?.KINDLING_MIRROR);
