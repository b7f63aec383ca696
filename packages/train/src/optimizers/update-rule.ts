import type { Tensor } from '@kindling/core';
import type { StepKind } from '@kindling/core/internal';
import type { ParameterState } from './parameter-state.ts';

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** Learning rate, 0 or more. Schedules change it between steps. */
  lr: number;
  /** λ, 0 or more: the pull of the weights towards 0. */
  weightDecay: number;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

/** A parameter that a step updates. */
export interface Update {
  readonly param: Tensor;
  readonly grad: Tensor;
  readonly state: ParameterState;
}

/** The arithmetic of an optimizer, apart from who calls it when. */
export interface UpdateRule<O extends OptimizerOptions> {
  /** What error messages call it. */
  readonly name: string;
  /** Throws `ArgumentError` for options out of range. */
  check(options: Readonly<O>): void;
  /**
   * One step of one parameter, in place. Runs without recording and in a scope of its own, so that temporaries are
   * freed; what must last is in `state`.
   */
  update(update: Update, options: Readonly<O>): void;
  /** The kernel that does the same for many parameters, where an engine has it. */
  readonly kernel: StepKind;
  /**
   * One step of several parameters by that kernel. They have one dtype and device, as many updates behind them, and tensors of the
   * same names in their states.
   */
  updateTogether(updates: readonly Update[], options: Readonly<O>): void;
}
