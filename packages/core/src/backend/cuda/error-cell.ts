import { type KindlingError, ShapeError } from '../../errors.ts';
import type { Range } from '../kernels.ts';
import type { LoweredCall } from '../lowered-call.ts';
import { rangeError } from '../range-error.ts';
import type { Driver } from './driver.ts';
import { ErrorCell as Cell } from './plan/parameters.ts';
import { PinnedMemory } from './staging.ts';

export const CELL_BYTES = Cell.byteLength;

/** What a kernel writes as the code. */
const codes = { index: 1, range: 2 } as const;

/** What has to be said when a call meets a value that it cannot take. */
type Report =
  | { readonly kind: 'index'; readonly name: string; readonly length: number }
  | { readonly kind: 'range'; readonly range: Range };

/** Calls that look at values and may report one. */
function reportOf(call: LoweredCall): Report | undefined {
  switch (call.kind) {
    case 'indexSelect':
    case 'indexAdd':
    case 'gather':
    case 'scatterAdd': {
      const { name, length } = call.attributes;
      return { kind: 'index', name, length };
    }
    case 'assertRange':
      return { kind: 'range', range: call.attributes };
    default:
      return undefined;
  }
}

/**
 * Where kernels note the first bad index or value that they meet. It is looked at when the host waits for the GPU anyway, so such an error
 * comes later than on the CPU, with the same words.
 */
export class ErrorCell {
  readonly #driver: Driver;
  readonly #address: number;
  readonly #stream: number;
  readonly #copy: PinnedMemory;
  /** What each number that a call was given stands for; calls that would say the same share one. */
  readonly #reportable: Report[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(driver: Driver, address: number, stream: number) {
    this.#driver = driver;
    this.#address = address;
    this.#stream = stream;
    this.#copy = new PinnedMemory(driver, CELL_BYTES);
    this.#clear();
  }

  /** The number that stands for a call in the cell, or undefined for a call that reports nothing. */
  ordinal(call: LoweredCall): number | undefined {
    const report = reportOf(call);
    if (report === undefined) return undefined;
    const key = JSON.stringify(report);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#reportable.push(report) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** Has the cell copied to the host; {@link take} looks at it once the stream has been waited for. */
  fetch(): void {
    this.#driver.check(
      this.#driver.api.cuMemcpyDtoHAsync_v2(this.#copy.address, this.#address, CELL_BYTES, this.#stream),
      'cuMemcpyDtoHAsync',
    );
  }

  /** The error that the copy tells of, if any; the cell is empty again then. */
  take(): KindlingError | undefined {
    const { buffer, byteOffset } = this.#copy.bytes;
    const { code, call, value, index } = Cell.offsets;
    const cell = new DataView(buffer, byteOffset, CELL_BYTES);
    const found = cell.getInt32(code!, true);
    if (found === 0) return undefined;
    const position = cell.getFloat64(index!, true);
    const report = this.#reportable[cell.getInt32(call!, true)]!;
    const offending = cell.getFloat64(value!, true);
    this.#clear();
    if (found === codes.range && report.kind === 'range')
      return rangeError(report.range, offending, position);
    const { name, length } = report as Report & { kind: 'index' };
    return new ShapeError(`${name}: expected indices in [0, ${length - 1}], got ${position}`);
  }

  close(): void {
    this.#copy.free();
  }

  #clear(): void {
    this.#driver.check(
      this.#driver.api.cuMemsetD8Async(this.#address, 0, CELL_BYTES, this.#stream),
      'cuMemsetD8Async',
    );
  }
}
