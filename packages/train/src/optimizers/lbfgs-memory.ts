import { ArgumentError, Tensor, tensor } from '@kindling/core';
import { describeValue } from '@kindling/core/internal';
import type { OptimizerStateDict } from './optimizer-state.ts';
import { add, dot, scaled } from './vectors.ts';

/** A pair of earlier iterations: how far the weights moved, and how much the gradient changed. */
interface Change {
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  /** 1 over their product. */
  readonly ro: number;
}

/** What L-BFGS remembers from iteration to iteration. */
export class LBFGSMemory {
  iterations = 0;
  /** Evaluations of the closure so far. */
  evaluations = 0;
  stepSize = 0;
  changes: Change[] = [];
  /** Factor of the first guess at the inverse curvature. */
  scale = 1;
  direction: Float64Array | undefined;
  gradient: Float64Array | undefined;

  /** Counts an iteration, takes in how the gradient changed since the last one, and gives the direction −Hg. */
  nextDirection(gradient: Float64Array, historySize: number): Float64Array {
    this.iterations++;
    const { direction, gradient: before } = this;
    if (direction !== undefined && before !== undefined) {
      const changed = add(gradient, before, -1);
      const moved = scaled(direction, this.stepSize);
      const product = dot(changed, moved);
      if (product > 1e-10) {
        if (this.changes.length >= historySize) this.changes.shift();
        this.changes.push({ weights: moved, gradient: changed, ro: 1 / product });
        this.scale = product / dot(changed, changed);
      }
    }
    this.gradient = gradient.slice();
    this.direction = this.#product(scaled(gradient, -1));
    return this.direction;
  }

  /** Hq by the two loops over the changes. */
  #product(q: Float64Array): Float64Array {
    let vector = q;
    const factors: number[] = [];
    for (const { weights, gradient, ro } of this.changes.toReversed()) {
      const factor = dot(weights, vector) * ro;
      factors.unshift(factor);
      vector = add(vector, gradient, -factor);
    }
    vector = scaled(vector, this.scale);
    this.changes.forEach(({ weights, gradient, ro }, i) => {
      vector = add(vector, weights, factors[i]! - dot(gradient, vector) * ro);
    });
    return vector;
  }
}

export const emptyMemory = (): LBFGSMemory => new LBFGSMemory();

const matrix = (rows: readonly Float64Array[], columns: number): Tensor =>
  tensor(Float64Array.from(rows.flatMap((row) => [...row])), {
    dtype: 'float64',
    shape: [rows.length, columns],
  });

/** The memory as state of the first parameter, by PyTorch's names; the lists are rows of matrices. */
export function memoryEntries(memory: LBFGSMemory): OptimizerStateDict['state'] {
  const { iterations, evaluations, stepSize, changes, scale, direction, gradient } = memory;
  if (direction === undefined || gradient === undefined) return {};
  const columns = direction.length;
  return {
    0: {
      step: iterations,
      func_evals: evaluations,
      t: stepSize,
      H_diag: scale,
      d: tensor(direction, { dtype: 'float64' }),
      prev_flat_grad: tensor(gradient, { dtype: 'float64' }),
      old_stps: matrix(
        changes.map(({ weights }) => weights),
        columns,
      ),
      old_dirs: matrix(
        changes.map(({ gradient }) => gradient),
        columns,
      ),
    },
  };
}

/** Reads {@link memoryEntries} of as many weights. @throws {ArgumentError} for another state. */
export function readMemory(state: unknown, columns: number): LBFGSMemory {
  const memory = new LBFGSMemory();
  const entries = (state as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined)?.[0];
  if (entries === undefined) return memory;
  const refuse = (name: string): ArgumentError =>
    new ArgumentError(
      `LBFGS: expected a state of ${columns} weights, got ${name} ${describeValue(entries[name])}`,
    );
  const number = (name: string): number => {
    const value = entries[name];
    if (typeof value !== 'number') throw refuse(name);
    return value;
  };
  const rows = (name: string): Float64Array[] => {
    const value = entries[name];
    if (!(value instanceof Tensor) || value.shape.at(-1) !== columns) throw refuse(name);
    const all = Float64Array.from(value.data());
    return Array.from({ length: value.numel / columns }, (_, i) => all.slice(i * columns, (i + 1) * columns));
  };
  memory.iterations = number('step');
  memory.evaluations = number('func_evals');
  memory.stepSize = number('t');
  memory.scale = number('H_diag');
  [memory.direction] = rows('d');
  [memory.gradient] = rows('prev_flat_grad');
  const gradients = rows('old_dirs');
  memory.changes = rows('old_stps').map((weights, i) => {
    const gradient = gradients[i]!;
    return { weights, gradient, ro: 1 / dot(weights, gradient) };
  });
  return memory;
}
