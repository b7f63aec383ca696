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
export interface ParameterUpdate {
  readonly param: Tensor;
  readonly grad: Tensor;
  readonly state: ParameterState;
}

/** A step of several parameters by one kernel of the engine. */
export interface FusedStep<O extends OptimizerOptions> {
  readonly kernel: StepKind;
  /** The parameters have one dtype and device, as many updates behind them, and tensors of the same names in their states. */
  update(updates: readonly ParameterUpdate[], options: Readonly<O>): void;
}

/** The arithmetic of an optimizer, apart from who calls it when. */
export interface UpdateRule<O extends OptimizerOptions> {
  /** The optimizer's name in error messages. */
  readonly name: string;
  /** Throws `ArgumentError` for options out of range. */
  check(options: Readonly<O>): void;
  /**
   * One step of one parameter, in place. Runs without recording and in a scope of its own, so that temporaries are
   * freed; what must last is in `state`.
   */
  update(update: ParameterUpdate, options: Readonly<O>): void;
  /** Names of the numbers in a parameter's state; all else there are tensors of the parameter's shape. Default: none. */
  readonly numbers?: readonly string[];
  /** The same step by a kernel, for engines that have it. Without one, `update` runs everywhere. */
  readonly fused?: FusedStep<O>;
}
