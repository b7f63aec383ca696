import { compile } from '@kindling/core';
import { BatchRunner } from './batch-runner.ts';
import type { Batches } from './batches.ts';
import type { DataParallel } from './data-parallel.ts';
import { InMemoryRunner } from './in-memory-runner.ts';
import type { LearningRate } from './learning-rate.ts';
import type { StepRunner } from './step-runner.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { type AccumulatedStep, StepMetrics, stepOf } from './training-step.ts';

/** The step of a trainer with what was recorded of it: what was recorded for one `fit` serves the next one, too. */
export class CompiledStep {
  readonly #isCompiled: boolean;
  readonly #step: AccumulatedStep;
  readonly #metrics = new StepMetrics();
  readonly #rate: LearningRate;
  readonly #dataParallel: DataParallel | undefined;
  /** Number of batches in a step. */
  readonly #accumulated: number;
  /** The step, recorded for batches that are made one by one. */
  readonly #byBatch: AccumulatedStep;
  /** Recorded for batches that are gathered in the step. */
  readonly #inMemory = new WeakMap<Batches, InMemoryRunner>();

  constructor(options: TrainerOptions, rate: LearningRate) {
    this.#dataParallel = options.dataParallel;
    this.#isCompiled = options.compile !== false;
    this.#step = stepOf(options, this.#metrics);
    this.#rate = rate;
    this.#accumulated = options.accumulateGradBatches ?? 1;
    this.#byBatch = this.#isCompiled ? compile(this.#step, { strict: false }) : this.#step;
  }

  /** Names of the metrics that a step has beside its loss. */
  get metrics(): readonly string[] {
    return this.#metrics.names;
  }

  /** @param taken Steps of the epoch that were taken before, where it is one of a loaded state. */
  runner(batches: Batches, taken: number): StepRunner {
    const { rows } = batches;
    if (rows?.tensors.length !== 2 || !this.#isCompiled) {
      return new BatchRunner(batches, this.#accumulated, this.#byBatch, this.#rate, taken);
    }
    const runner =
      this.#inMemory.get(batches) ??
      new InMemoryRunner(rows, this.#accumulated, this.#step, this.#rate, this.#dataParallel);
    this.#inMemory.set(batches, runner);
    runner.begin(taken);
    return runner;
  }
}
