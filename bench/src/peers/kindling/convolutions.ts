import { grad, nn, noGrad, scope, type Tensor, tensor } from '@kindling/core';
import type { ConvolutionTask } from '../../task.ts';
import { convolutionOperands } from '../operands.ts';
import { meanSquare, type Prepared, secondsOf } from '../peer.ts';

/** A convolution alone, or its two gradients, freed each time. */
export function prepareConvolution(task: ConvolutionTask): Prepared {
  const [x, weight, upstream] = convolutionOperands(task).map(({ values, shape }, i) =>
    tensor(values, { shape, requiresGrad: i < 2 }),
  ) as [Tensor, Tensor, Tensor];
  const convolved = (): Tensor => nn.functional.conv2d(x, weight, undefined, { padding: 'same' });
  const output = task.pass === 'backward' ? convolved() : undefined;
  const results = (): Tensor[] =>
    output === undefined
      ? [noGrad(convolved)]
      : grad(output, [x, weight], { gradient: upstream, retainGraph: true }).filter((each) => each !== null);
  return {
    check: () => scope(() => results().reduce((product, result) => product * meanSquare(result.data()), 1)),
    step: (count) =>
      secondsOf(() => {
        for (let i = 1; i < count; i++) for (const result of results()) result.dispose();
        // Where calls return before their work is done, an element of the last results waits for all.
        scope(() => results().map((result) => result.flatten().select(0, 0).item()));
      }),
    dispose() {
      for (const held of [x, weight, upstream, output]) held?.dispose();
    },
  };
}
