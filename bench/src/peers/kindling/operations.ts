import { noGrad, scope, type Tensor, tensor } from '@kindling/core';
import type { PointwiseOp, PointwiseTask, ProductTask, SoftmaxTask } from '../../task.ts';
import { argument, factors } from '../operands.ts';
import { meanSquare, type Prepared, secondsOf } from '../peer.ts';

const pointwise: Readonly<Record<PointwiseOp, (x: Tensor, y: Tensor) => Tensor>> = {
  add: (x, y) => x.add(y),
  relu: (x) => x.relu(),
  exp: (x) => x.exp(),
  tanh: (x) => x.tanh(),
  sigmoid: (x) => x.sigmoid(),
};

interface Operation {
  readonly operands: readonly Tensor[];
  readonly result: () => Tensor;
}

/** The operation of a task on tensors that stay. */
function operationOf(task: ProductTask | PointwiseTask | SoftmaxTask): Operation {
  switch (task.kind) {
    case 'product': {
      const { a, b } = factors(task);
      const left = tensor(a.values, { shape: a.shape });
      const right = tensor(b.values, { shape: b.shape });
      const x = task.transposeA ? left.t() : left;
      const y = task.transposeB ? right.t() : right;
      return { operands: [left, right, x, y], result: () => x.matmul(y) };
    }
    case 'pointwise': {
      const x = tensor(argument(task.size));
      const y = tensor(argument(task.size, 302));
      const op = pointwise[task.op];
      return { operands: [x, y], result: () => op(x, y) };
    }
    case 'softmax': {
      const x = tensor(argument(task.rows * task.columns), { shape: [task.rows, task.columns] });
      return { operands: [x], result: () => x.softmax(1) };
    }
  }
}

/** An operation without gradients, its result freed each time. */
export function prepareOperation(task: ProductTask | PointwiseTask | SoftmaxTask): Prepared {
  const { operands, result } = operationOf(task);
  return {
    check: () => meanSquare(scope(() => noGrad(() => result().data()))),
    step: (count) =>
      secondsOf(() =>
        noGrad(() => {
          for (let i = 1; i < count; i++) result().dispose();
          // Where calls return before their work is done, an element of the last result waits for all.
          scope(() => result().flatten().select(0, 0).item());
        }),
      ),
    dispose() {
      for (const operand of operands) operand.dispose();
    },
  };
}
