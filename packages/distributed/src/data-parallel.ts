import { KindlingError, keep, nn, noGrad, scope, type Tensor, tensor } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import { allReduce, broadcast } from './collectives.ts';
import { averageTogether, bucketsOf } from './gradient-buckets.ts';
import { currentGroup } from './process-group.ts';

export interface DistributedDataParallelOptions {
  /** Most MiB of gradients that are averaged together. Default 25. */
  readonly bucketCapMb?: number | undefined;
  /**
   * Let some parameters have no part in the loss: one that no process used keeps its `grad`; where only some used it, the others count
   * as zeros. A step is not recorded then, as the processes first agree on which those are. Default false, where such a parameter is an
   * error.
   */
  readonly findUnusedParameters?: boolean | undefined;
  /** Make the buffers of the modules those of process 0 before each forward pass in training mode. Default true. */
  readonly broadcastBuffers?: boolean | undefined;
}

/**
 * A module whose copies at all processes stay the same: at the start they get the parameters and buffers of process 0, and after each
 * `backward` the gradients are averaged over the processes.
 *
 * ```ts
 * initProcessGroup();
 * const model = new DistributedDataParallel(new nn.Linear(784, 10));
 * ```
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.parallel.DistributedDataParallel.html
 */
export class DistributedDataParallel<M extends nn.Module = nn.Module> extends nn.Module {
  readonly module: M;
  readonly #findUnused: boolean;
  readonly #broadcastBuffers: boolean;
  readonly #capacity: number;
  readonly #parameters: readonly (readonly [name: string, parameter: Tensor])[];
  /** The leaves of the backward pass whose gradients were averaged last. */
  #averaged: ReadonlySet<Tensor> | undefined;
  #synchronizes = true;

  constructor(module: M, options: DistributedDataParallelOptions = {}) {
    super();
    const given = checkOptions('DistributedDataParallel', options, {
      bucketCapMb: true,
      findUnusedParameters: true,
      broadcastBuffers: true,
    });
    const { bucketCapMb = 25, findUnusedParameters = false, broadcastBuffers = true } = given;
    this.module = module;
    this.#findUnused = findUnusedParameters;
    this.#broadcastBuffers = broadcastBuffers;
    this.#capacity = bucketCapMb * 2 ** 20;
    this.#parameters = [...module.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad);
    for (const value of Object.values(module.stateDict())) broadcast(value);
    for (const [, parameter] of this.#parameters) {
      parameter.registerPostAccumulateGradHook((_leaf, reached) => this.#average(reached));
    }
  }

  override forward(input: Tensor): Tensor {
    if (this.#broadcastBuffers && this.training && this.#synchronizes) {
      for (const [, buffer] of this.module.namedBuffers()) broadcast(buffer);
    }
    return this.module.forward(input);
  }

  /** Runs `fn` without averaging: gradients of its backward passes add up here, and the next one outside averages their sum. */
  noSync<T>(fn: () => T): T {
    const before = this.#synchronizes;
    this.#synchronizes = false;
    try {
      return fn();
    } finally {
      this.#synchronizes = before;
    }
  }

  /** @param reached The leaves of a backward pass; each of them calls. */
  #average(reached: ReadonlySet<Tensor>): void {
    if (!this.#synchronizes || this.#averaged === reached) return;
    this.#averaged = reached;
    const parameters = this.#parameters.map(([, parameter]) => parameter);
    const isUsed = parameters.map((parameter) => reached.has(parameter));
    const unused = this.#parameters.filter((_, i) => !isUsed[i]).map(([name]) => name);
    if (unused.length > 0 && !this.#findUnused) {
      throw new KindlingError(
        `DistributedDataParallel: expected every parameter to have a part in the loss, got none of ${unused.join(', ')}; set findUnusedParameters`,
      );
    }
    if (currentGroup('DistributedDataParallel').size === 1) return;
    noGrad(() => {
      const isUsedAnywhere = this.#findUnused ? anywhere(isUsed) : isUsed;
      const gradients = parameters
        .filter((_, i) => isUsedAnywhere[i])
        .map((parameter) => (parameter.grad ??= keep(parameter.newZeros(parameter.shape))));
      for (const bucket of bucketsOf(gradients, this.#capacity)) averageTogether(bucket);
    });
  }
}

/** Which of the flags are true at some process. */
function anywhere(flags: readonly boolean[]): readonly boolean[] {
  return scope(() => {
    const counts = tensor(Int32Array.from(flags, Number));
    allReduce(counts, 'max');
    return Array.from(counts.data(), (count) => count !== 0);
  });
}
