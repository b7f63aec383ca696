import { ArgumentError, enableGrad, noGrad, scope, type Tensor, tensor } from '@kindling/core';
import { assertWhole, describeValue } from '@kindling/core/internal';
import { emptyMemory, type LBFGSMemory, memoryEntries, readMemory } from './lbfgs-memory.ts';
import { type GroupOptions, Optimizer, type OptimizerParameters } from './optimizer.ts';
import type { OptimizerStateDict } from './optimizer-state.ts';
import { assertFlags, assertNotNegative } from './range.ts';
import { resolveOptions } from './resolve-options.ts';
import { type SearchPoint, strongWolfe } from './strong-wolfe.ts';
import type { OptimizerOptions, UpdateRule } from './update-rule.ts';
import { add, dot, largest, scaled } from './vectors.ts';

export interface LBFGSOptions extends OptimizerOptions {
  /** Iterations of a step, at most. Default 20. */
  maxIter: number;
  /** Evaluations of the closure in a step, at most. Default 1.25 · maxIter. */
  maxEval: number;
  /** A step ends where no element of the gradient is larger. Default 1e-7. */
  toleranceGrad: number;
  /** A step ends where neither the loss nor a weight changes by more. Default 1e-9. */
  toleranceChange: number;
  /** Number of earlier iterations that the curvature is estimated from. Default 100. */
  historySize: number;
  /** How the step size is found: `'none'` takes lr. Default `'none'`. */
  lineSearch: 'none' | 'strongWolfe';
}

const rule: UpdateRule<LBFGSOptions> = {
  name: 'LBFGS',
  check: ({ lr, weightDecay, maximize, toleranceGrad, toleranceChange, lineSearch, ...counts }) => {
    assertNotNegative('LBFGS', { lr, toleranceGrad, toleranceChange });
    assertFlags('LBFGS', { maximize });
    for (const name of ['maxIter', 'maxEval', 'historySize'] as const) {
      assertWhole('LBFGS', name, counts[name], 1);
    }
    if (weightDecay !== 0) {
      throw new ArgumentError(`LBFGS: expected weightDecay 0, got ${describeValue(weightDecay)}`);
    }
    if (lineSearch !== 'none' && lineSearch !== 'strongWolfe') {
      throw new ArgumentError(
        `LBFGS: expected lineSearch none or strongWolfe, got ${describeValue(lineSearch)}`,
      );
    }
  },
  update: () => {
    throw new ArgumentError('LBFGS: expected step with a closure');
  },
};

/**
 * L-BFGS: steps along −Hg, where H is the inverse of the curvature as the last iterations show it. A step evaluates the loss several
 * times, by a closure:
 *
 * ```ts
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = mse(model.forward(x), y);
 *   loss.backward();
 *   return loss;
 * });
 * ```
 *
 * The vectors are float64 on the host, whatever the dtype of the parameters, and a step cannot be recorded. There is one group of
 * parameters. Defaults: lr 1, maxIter 20, maxEval 1.25 · maxIter, toleranceGrad 1e-7, toleranceChange 1e-9, historySize 100, lineSearch
 * `'none'`.
 *
 * @throws {ArgumentError} for options out of range, several groups, and a step without a closure.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.optim.LBFGS.html
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  #memory: LBFGSMemory = emptyMemory();

  constructor(params: OptimizerParameters<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    const { maxIter = 20 } = options ?? {};
    const defaults: LBFGSOptions = {
      lr: 1,
      maxIter,
      maxEval: Math.floor((maxIter * 5) / 4),
      toleranceGrad: 1e-7,
      toleranceChange: 1e-9,
      historySize: 100,
      lineSearch: 'none',
      weightDecay: 0,
      maximize: false,
    };
    super(rule, params, resolveOptions<LBFGSOptions>('LBFGS', defaults, options));
  }

  override addParamGroup(_group: GroupOptions<LBFGSOptions>): void {
    throw new ArgumentError('LBFGS: expected one group of parameters, got several');
  }

  /** @returns the loss before the step. */
  override step(closure?: () => Tensor): Tensor {
    if (typeof closure !== 'function') {
      throw new ArgumentError(`LBFGS: expected step with a closure, got ${describeValue(closure)}`);
    }
    const [group] = this.paramGroups;
    const { lr, maxIter, maxEval, toleranceGrad, toleranceChange, maximize } = group;
    const memory = this.#memory;
    const sign = maximize ? -1 : 1;
    const evaluate = (): {
      readonly loss: Tensor;
      readonly value: number;
      readonly gradient: Float64Array;
    } => {
      const loss = scope(() => enableGrad(closure));
      memory.evaluations++;
      return { loss, value: sign * loss.item(), gradient: this.#gradient(sign) };
    };
    const first = evaluate();
    let { value, gradient } = first;
    let evaluations = 1;
    if (largest(gradient) <= toleranceGrad) return first.loss;

    for (let iteration = 1; iteration <= maxIter; iteration++) {
      const direction = memory.nextDirection(gradient, group.historySize);
      const before = value;
      const isFirst = memory.iterations === 1;
      const sum = gradient.reduce((total, element) => total + Math.abs(element), 0);
      memory.stepSize = isFirst ? Math.min(1, 1 / sum) * lr : lr;
      const slope = dot(gradient, direction);
      if (slope > -toleranceChange) break;

      const weights = this.#weights();
      const move = (t: number): void => this.#setWeights(add(weights, direction, t));
      if (group.lineSearch === 'strongWolfe') {
        const at = (t: number): SearchPoint => {
          move(t);
          const { value: loss, gradient } = evaluate();
          return { t, loss, gradient, slope: dot(gradient, direction) };
        };
        const start: SearchPoint = { t: 0, loss: value, gradient, slope };
        const limits = { toleranceChange, maxSearches: maxEval - evaluations };
        const found = strongWolfe(start, memory.stepSize, at, largest(direction), limits);
        ({ loss: value, gradient, t: memory.stepSize } = found.point);
        evaluations += found.evaluations;
        move(memory.stepSize);
      } else {
        move(memory.stepSize);
        if (iteration < maxIter) {
          ({ value, gradient } = evaluate());
          evaluations++;
        }
      }
      const isOver =
        evaluations >= maxEval ||
        largest(gradient) <= toleranceGrad ||
        largest(scaled(direction, memory.stepSize)) <= toleranceChange ||
        Math.abs(value - before) < toleranceChange;
      if (isOver) break;
    }
    return first.loss;
  }

  override stateDict(): OptimizerStateDict {
    return { ...super.stateDict(), state: memoryEntries(this.#memory) };
  }

  override loadStateDict(saved: OptimizerStateDict): void {
    const memory = readMemory(saved?.state, this.#weights().length);
    super.loadStateDict({ ...saved, state: {} });
    this.#memory = memory;
  }

  #gradient(sign: number): Float64Array {
    return Float64Array.from(
      this.paramGroups[0].params.flatMap(({ grad, numel }) =>
        grad === null ? new Array<number>(numel).fill(0) : Array.from(grad.data(), (g) => sign * g),
      ),
    );
  }

  #weights(): Float64Array {
    return Float64Array.from(this.paramGroups[0].params.flatMap((param) => [...param.data()]));
  }

  #setWeights(weights: Float64Array): void {
    let start = 0;
    noGrad(() => {
      for (const param of this.paramGroups[0].params) {
        const { dtype, device, shape, numel } = param;
        const values = weights.subarray(start, start + numel);
        scope(() => param.copy_(tensor(values, { dtype, device, shape })));
        start += numel;
      }
    });
  }
}
