import type { Wait } from './collectives.ts';
import type { Driver } from './driver.ts';

/** Bytes of one half of the upload buffer. */
const HALF = 2 ** 22;

/** Bytes that are read at once. */
const DOWNLOAD = 2 ** 20;

const ALIGNMENT = 64;

/** Memory of the host that the GPU reads and writes by itself. */
export class PinnedMemory {
  readonly bytes: Uint8Array;
  readonly address: number;
  readonly #driver: Driver;

  constructor(driver: Driver, byteLength: number) {
    this.#driver = driver;
    this.address = driver.output('cuMemAllocHost_v2', byteLength);
    this.bytes = new Uint8Array(driver.koffi.view(BigInt(this.address), byteLength));
  }

  free(): void {
    this.#driver.check(this.#driver.api.cuMemFreeHost(this.address), 'cuMemFreeHost');
  }
}

/** A half of the upload buffer, and the event that says when the GPU has read it. */
interface Half {
  readonly start: number;
  readonly event: number;
  isPending: boolean;
}

/**
 * Copies between the host's memory and the GPU's through pinned buffers. Uploads return once the bytes are in the buffer, whose halves are
 * filled in turn while the GPU reads the other one; downloads wait for the stream.
 */
export class Staging {
  readonly #driver: Driver;
  readonly #stream: number;
  readonly #wait: Wait;
  readonly #up: PinnedMemory;
  readonly #down: PinnedMemory;
  readonly #halves: readonly [Half, Half];
  #half: Half;
  #at = 0;

  constructor(driver: Driver, stream: number, wait: Wait) {
    this.#driver = driver;
    this.#stream = stream;
    this.#wait = wait;
    this.#up = new PinnedMemory(driver, 2 * HALF);
    this.#down = new PinnedMemory(driver, DOWNLOAD);
    const half = (start: number): Half => ({
      start,
      event: driver.output('cuEventCreate', 2),
      isPending: false,
    });
    this.#halves = [half(0), half(HALF)];
    this.#half = this.#halves[0];
  }

  upload(address: number, source: Uint8Array): void {
    for (let done = 0; done < source.length; ) {
      const length = Math.min(source.length - done, HALF);
      if (this.#at + length > HALF) this.#turn();
      const from = this.#half.start + this.#at;
      this.#up.bytes.set(source.subarray(done, done + length), from);
      this.#driver.check(
        this.#driver.api.cuMemcpyHtoDAsync_v2(address + done, this.#up.address + from, length, this.#stream),
        'cuMemcpyHtoDAsync',
      );
      this.#at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
      done += length;
    }
  }

  /**
   * Reads memory of the device; waits for all that was launched.
   *
   * @param synchronize Waits for the stream.
   */
  download(address: number, target: Uint8Array, synchronize: () => void): void {
    for (let done = 0; done < target.length; ) {
      const length = Math.min(target.length - done, DOWNLOAD);
      this.#driver.check(
        this.#driver.api.cuMemcpyDtoHAsync_v2(this.#down.address, address + done, length, this.#stream),
        'cuMemcpyDtoHAsync',
      );
      synchronize();
      target.set(this.#down.bytes.subarray(0, length), done);
      done += length;
    }
  }

  close(): void {
    this.#up.free();
    this.#down.free();
    for (const { event } of this.#halves) {
      this.#driver.check(this.#driver.api.cuEventDestroy_v2(event), 'cuEventDestroy');
    }
  }

  /** Goes on in the other half, once the GPU has read what it held. */
  #turn(): void {
    const { api } = this.#driver;
    this.#driver.check(api.cuEventRecord(this.#half.event, this.#stream), 'cuEventRecord');
    this.#half.isPending = true;
    this.#half = this.#half === this.#halves[0] ? this.#halves[1] : this.#halves[0];
    this.#at = 0;
    if (!this.#half.isPending) return;
    const { event } = this.#half;
    this.#wait(() => api.cuEventQuery(event));
    this.#driver.check(api.cuEventSynchronize(event), 'cuEventSynchronize');
    this.#half.isPending = false;
  }
}
