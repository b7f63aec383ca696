import type { Tensor } from '@kindling/core';
import type { Room } from './pace.ts';

/**
 * What the host does for each step, in their order: counting, and moving the schedule on. Where many steps are computed in one go,
 * it may be called for all of them before the first one is computed, so it must not look at weights or losses.
 */
export interface StepWatch {
  onStep(): void;
  /** The epoch is through, and the next one begins with the step that follows. */
  onEpochEnd(): void;
}

/**
 * What takes the steps of training, an `Update` each: `BatchSteps` for any batches, one at a time; `ResidentSteps` for
 * batches that lie on the device, many at once.
 */
export interface Steps {
  /**
   * Takes one step or more, as far as there is room.
   *
   * @returns their losses, a scalar or [n]; undefined where the epoch has no batches left. The next call begins another epoch.
   */
  take(room: Room, watch: StepWatch): Tensor | undefined | Promise<Tensor | undefined>;
}
