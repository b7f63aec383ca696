import { ArgumentError, defaultGenerator, Generator } from '@kindling/core';
import {
  assertBoolean,
  assertWhole,
  checkOptions,
  describeValue,
  drawPermutation,
  drawSeed,
} from '@kindling/core/internal';

/** The order in which samples are taken: iterating gives their indices, anew each time. */
export interface Sampler extends Iterable<number> {
  /** How many indices an iteration gives. */
  readonly length: number;
  /** What the order is drawn from, when it is not the default generator: a loader saves its state with its own. */
  readonly generator?: Generator | undefined;
  /** All indices of an iteration, where they are drawn at once when it begins. */
  order?(): Int32Array | undefined;
}

/** What samplers need to know of a dataset. */
export interface Sized {
  readonly length: number;
}

/** @throws ArgumentError unless the length is an integer of at least 0. */
function assertSized(sampler: string, source: Sized): void {
  assertWhole(sampler, 'the length of the source', source?.length, 0);
}

/** 0, 1, … length − 1. */
export class SequentialSampler implements Sampler {
  readonly #source: Sized;
  #order: Int32Array | undefined;

  /** @throws ArgumentError when the source has no length. */
  constructor(source: Sized) {
    assertSized('SequentialSampler', source);
    this.#source = source;
  }

  get length(): number {
    return this.#source.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }

  order(): Int32Array {
    if (this.#order?.length !== this.length)
      this.#order = Int32Array.from({ length: this.length }, (_, i) => i);
    return this.#order;
  }
}

export interface RandomSamplerOptions {
  /** Take each sample as if all were there still. Default false. */
  readonly replacement?: boolean | undefined;
  /** How many to take. Default all; more than there are begins another order. */
  readonly numSamples?: number | undefined;
  /** What to draw from. Default: a new generator with a seed from the default one, each time. */
  readonly generator?: Generator | undefined;
}

/** How many indices PyTorch draws at a time with replacement. */
const CHUNK = 32;

/**
 * A random order, that of PyTorch for the same generator state.
 *
 * @throws ArgumentError when `numSamples` is not an integer of at least 1, or there is nothing to take.
 * @see https://docs.pytorch.org/docs/2.15/data.html#torch.utils.data.RandomSampler
 */
export class RandomSampler implements Sampler {
  readonly replacement: boolean;
  readonly generator: Generator | undefined;
  readonly #source: Sized;
  readonly #numSamples: number | undefined;

  constructor(source: Sized, options: RandomSamplerOptions = {}) {
    assertSized('RandomSampler', source);
    checkOptions('RandomSampler', options, { replacement: true, numSamples: true, generator: true });
    this.#source = source;
    this.#numSamples = options.numSamples;
    this.replacement = options.replacement ?? false;
    assertBoolean('RandomSampler', 'replacement', this.replacement);
    this.generator = options.generator;
    const { numSamples = source.length } = options;
    if (source.length === 0 || !Number.isSafeInteger(numSamples) || numSamples < 1) {
      throw new ArgumentError(
        `RandomSampler: expected at least one sample to take, got ${describeValue(numSamples)} of ${source.length}`,
      );
    }
  }

  get length(): number {
    return this.#numSamples ?? this.#source.length;
  }

  *[Symbol.iterator](): Iterator<number> {
    const generator = this.generator ?? new Generator(drawSeed(defaultGenerator));
    const available = this.#source.length;
    if (this.replacement) {
      for (let left = this.length; left > 0; left -= CHUNK) {
        const chunk = Array.from({ length: Math.min(CHUNK, left) }, () => generator.random() % available);
        yield* chunk;
      }
      return;
    }
    for (let order = 0; order < Math.floor(this.length / available); order++) {
      yield* drawPermutation(generator, available);
    }
    // PyTorch draws this one even when it needs none of it, which a generator that was given shows.
    yield* drawPermutation(generator, available).subarray(0, this.length % available);
  }

  /** All samples once; a generator of its own needs no drawing that shows only in its state. */
  order(): Int32Array | undefined {
    if (this.replacement || this.generator !== undefined || this.#numSamples !== undefined) return undefined;
    return drawPermutation(new Generator(drawSeed(defaultGenerator)), this.#source.length);
  }
}

/** @throws ArgumentError when it is not an integer of at least 1. */
export function checkBatchSize(batchSize: number): void {
  if (Number.isSafeInteger(batchSize) && batchSize >= 1) return;
  throw new ArgumentError(`batchSize: expected an integer of at least 1, got ${describeValue(batchSize)}`);
}

/** Indices in groups of `batchSize`; a last smaller group unless `dropLast`. */
export class BatchSampler implements Iterable<readonly number[]> {
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly dropLast: boolean;

  /** @throws ArgumentError when `batchSize` is not an integer of at least 1. */
  constructor(sampler: Sampler, batchSize: number, dropLast = false) {
    checkBatchSize(batchSize);
    assertBoolean('BatchSampler', 'dropLast', dropLast);
    this.sampler = sampler;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
  }

  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  get generator(): Generator | undefined {
    return this.sampler.generator;
  }

  *[Symbol.iterator](): Iterator<readonly number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }

  /** Begins an iteration, which draws nothing before its first group is asked for. */
  begin(): NextRows {
    let next: NextRows | undefined;
    return () => {
      next ??= this.#start();
      return next();
    };
  }

  #start(): NextRows {
    const { batchSize, dropLast } = this;
    const order = this.sampler.order?.();
    if (order === undefined) return nextRowsOf(this);
    let first = 0;
    return () => {
      const end = first + batchSize;
      if (first >= order.length || (dropLast && end > order.length)) return undefined;
      const rows = first === 0 && end === order.length ? order : order.subarray(first, end);
      first = end;
      return rows;
    };
  }
}

/** Gives the indices of the next batch; undefined after the last. */
export type NextRows = () => Int32Array | undefined;

/** Begins an iteration over groups of indices. */
export function nextRowsOf(groups: Iterable<readonly number[]>): NextRows {
  const iterator = groups[Symbol.iterator]();
  return () => {
    const { done, value } = iterator.next();
    return done ? undefined : Int32Array.from(value);
  };
}
