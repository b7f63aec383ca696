import { compile } from '@kindling/core';
import { BatchSteps } from './batch-steps.ts';
import type { Batches } from './batches.ts';
import { ResidentSteps } from './resident-steps.ts';
import type { Steps } from './steps.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { type Update, updateOf } from './update.ts';

/** Makes what takes a trainer's steps. What was recorded for one `fit` serves the next one, too. */
export class StepFactory {
  readonly #isCompiled: boolean;
  readonly #update: Update;
  /** The same, recorded for batches that are made one by one. */
  readonly #recorded: Update;
  /** What was recorded for batches that are gathered in the step. */
  readonly #resident = new WeakMap<Batches, ResidentSteps>();

  constructor(options: TrainerOptions) {
    this.#isCompiled = options.compile !== false;
    this.#update = updateOf(options);
    this.#recorded = this.#isCompiled ? compile(this.#update, { strict: false }) : this.#update;
  }

  /** @param taken Batches of the epoch that were taken before, where it is one of a loaded state. */
  stepsBy(batches: Batches, taken: number): Steps {
    const { rows } = batches;
    if (rows?.tensors.length !== 2 || !this.#isCompiled) return new BatchSteps(batches, this.#recorded);
    const steps = this.#resident.get(batches) ?? new ResidentSteps(rows, this.#update);
    this.#resident.set(batches, steps);
    steps.begin(taken);
    return steps;
  }
}
