import { keep, noGrad, scope, stack, type Tensor, tensor } from '@kindling/core';
import { matchingTarget } from '@kindling/core/internal';
import { inDouble } from './double.ts';
import type { MergeableMetric } from './metric.ts';

/** Σ (y − ŷ)², mean of y and Σ (y − ȳ)² of each column. */
interface Sums {
  readonly residual: Tensor;
  readonly mean: Tensor;
  readonly spread: Tensor;
}

const sumsOf = (output: Tensor, target: Tensor): Sums => {
  const mean = target.mean(0);
  return {
    residual: target.sub(output).square().sum(0),
    mean,
    spread: target.sub(mean).square().sum(0),
  };
};

/** The sums of two parts of the data as one, with n and m rows. Source: Chan, Golub and LeVeque (1979). */
function merge(a: Sums, b: Sums, n: number, m: number): Sums {
  const shift = b.mean.sub(a.mean);
  return {
    residual: a.residual.add(b.residual),
    mean: a.mean.add(shift.mul(m / (n + m))),
    spread: a.spread.add(b.spread).add(shift.square().mul((n * m) / (n + m))),
  };
}

/**
 * R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²: the part of the target's variance that the model explains; 1 is perfect, 0 is no better
 * than the mean. Over several columns, the mean of theirs. NaN before the first update, and for a target that does not vary.
 *
 * Outputs and targets are [N] or [N, …]; everything is summed in float64, without the cancellation of Σy² − (Σy)²/n.
 *
 * Throws `ShapeError` where output and target differ in shape.
 *
 * Source: https://scikit-learn.org/stable/modules/model_evaluation.html#r2-score
 */
export class R2Score implements MergeableMetric {
  #sums: Sums | undefined;
  #rows = 0;

  reset(): void {
    if (this.#sums !== undefined) for (const tensor of Object.values(this.#sums)) tensor.dispose();
    this.#sums = undefined;
    this.#rows = 0;
  }

  update(output: Tensor, target: Tensor): void {
    const rows = output.shape[0] ?? 1;
    if (rows === 0) return;
    const columns = (tensor: Tensor): Tensor => inDouble(tensor).reshape(rows, -1);
    this.#add(rows, () => sumsOf(columns(output), columns(matchingTarget('r2', output, target))));
  }

  state(): readonly number[] {
    const sums = this.#sums;
    if (sums === undefined) return [];
    return [this.#rows, ...[sums.residual, sums.mean, sums.spread].flatMap((x) => [...x.data()])];
  }

  mergeState([rows = 0, ...columns]: readonly number[]): void {
    if (rows === 0) return;
    const width = columns.length / 3;
    const device = this.#sums?.mean.device ?? 'cpu';
    const part = (i: number): Tensor =>
      tensor(columns.slice(i * width, (i + 1) * width), { dtype: 'float64', device });
    this.#add(rows, () => ({ residual: part(0), mean: part(1), spread: part(2) }));
  }

  /** Merges the sums of further rows, and frees what was made on the way. */
  #add(rows: number, compute: () => Sums): void {
    const before = this.#sums;
    this.#sums = scope(() =>
      noGrad(() => {
        const sums = compute();
        return before === undefined ? sums : merge(before, sums, this.#rows, rows);
      }),
    );
    for (const tensor of Object.values(this.#sums)) keep(tensor);
    if (before !== undefined) for (const tensor of Object.values(before)) tensor.dispose();
    this.#rows += rows;
  }

  compute(): number {
    const sums = this.#sums;
    if (sums === undefined) return Number.NaN;
    const [residual, spread] = scope(() =>
      noGrad(() => stack([sums.residual, sums.spread]).toArray()),
    ) as number[][];
    const scores = residual!.map((rest, i) => (spread![i] === 0 ? Number.NaN : 1 - rest / spread![i]!));
    return scores.reduce((total, score) => total + score, 0) / scores.length;
  }
}
