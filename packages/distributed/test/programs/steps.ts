import { strictEqual } from 'node:assert';
import { compile, type Tensor } from '@kindling/core';
import type { Optimizer } from '@kindling/train';

export interface Steps {
  readonly count: number;
  readonly optimizer: Optimizer;
  /** The next batch. */
  readonly batch: () => readonly Tensor[];
  readonly lossOf: (...batch: Tensor[]) => Tensor;
  /** Whether steps are recorded, and some of them replays. */
  readonly isCompiled?: boolean;
}

/** Steps of training, as a program of its own takes them. */
export function takeSteps({ count, optimizer, batch, lossOf, isCompiled = false }: Steps): void {
  const takeStep = (...batch: Tensor[]): Tensor => {
    const loss = lossOf(...batch);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  const recorded = compile(takeStep);
  const step = isCompiled ? recorded : takeStep;
  for (let i = 0; i < count; i++) step(...batch());
  if (isCompiled) strictEqual(recorded.replays > 0, true, 'no step was a replay');
}
