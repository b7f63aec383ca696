import { defaultGenerator, type Generator, randint, ShapeError, type Tensor } from '@kindling/core';
import { assertWhole, checkOptions, describeValue, type OptionNames } from '@kindling/core/internal';
import type { Dataset } from '../dataset/dataset.ts';
import { TensorDataset } from '../dataset/tensor-dataset.ts';

export interface ReversedSequencesOptions {
  /** Samples in an epoch. Default 1024. */
  readonly count?: number | undefined;
  /** Elements of a sequence. Default 8. */
  readonly sequenceLength?: number | undefined;
  /** Elements are integers in [0, classes). Default 10. */
  readonly classes?: number | undefined;
  /** What the sequences are drawn from. Default: the default generator. */
  readonly generator?: Generator | undefined;
}

const optionNames: OptionNames<ReversedSequencesOptions> = {
  count: true,
  sequenceLength: true,
  classes: true,
  generator: true,
};

type Pair = [input: Tensor, target: Tensor];

/**
 * Random sequences and the same backwards: a task that a model learns only by looking at all places of its input. Input and target are int32
 * [sequenceLength].
 *
 * Sequences are drawn when they are asked for, so each batch and each epoch has others; `tensors()` draws all of an epoch at once, to keep.
 * A batch of n draws what `torch.randint(0, classes, (n, sequenceLength))` does.
 *
 * ```ts
 * const loader = new DataLoader(new ReversedSequences({ count: 1920 }), { batchSize: 64, generator: new Generator(0) });
 * for (const [input, target] of loader) step(input, target); // 30 batches of [64, 8]
 * ```
 *
 * (A loader with a generator of its own takes nothing from the default one.)
 *
 * @throws {ArgumentError} for sizes that are no integers of at least 1.
 */
export class ReversedSequences implements Dataset<Pair, Pair> {
  readonly kind = 'sequences';
  readonly length: number;
  readonly sequenceLength: number;
  readonly classes: number;
  readonly #generator: Generator;

  constructor(options: ReversedSequencesOptions = {}) {
    const name = 'ReversedSequences';
    const {
      count = 1024,
      sequenceLength = 8,
      classes = 10,
      generator = defaultGenerator,
    } = checkOptions(name, options, optionNames);
    assertWhole(name, 'count', count, 1);
    assertWhole(name, 'sequenceLength', sequenceLength, 1);
    assertWhole(name, 'classes', classes, 1, 2 ** 31 - 1);
    this.length = count;
    this.sequenceLength = sequenceLength;
    this.classes = classes;
    this.#generator = generator;
  }

  /** A new sequence, whatever the index. @throws ShapeError when the index is not in [0, length). */
  get(index: number): Pair {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new ShapeError(
        `ReversedSequences: expected an index in [0, ${this.length}), got ${describeValue(index)}`,
      );
    }
    const [input, target] = this.#draw(1);
    return [input.squeeze(0), target.squeeze(0)];
  }

  /** As many new sequences as there are indices. */
  batch(indices: { readonly length: number }): Pair {
    return this.#draw(indices.length);
  }

  /** The sequences of an epoch, drawn now. */
  tensors({ device }: { readonly device?: string | undefined } = {}): TensorDataset<Pair> {
    return new TensorDataset(...this.#draw(this.length, device));
  }

  #draw(count: number, device?: string): Pair {
    const input = randint(0, this.classes, [count, this.sequenceLength], {
      generator: this.#generator,
      device,
    });
    return [input, input.flip(1)];
  }
}
