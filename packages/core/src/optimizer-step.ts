import { assertTensor } from './arguments.ts';
import { type KernelAttributes, MAX_TENSORS, type StepKind } from './backend/kernels.ts';
import { dynamicVector } from './capture/dynamic.ts';
import { isFloat } from './dtype.ts';
import { contiguous, discard, launch } from './ops/launch.ts';
import { sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** A parameter, its gradient, and what an optimizer keeps of it. */
export interface StepTensors {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** Tensors of the parameter's shape and dtype, in the order of the kernel's outputs. */
  readonly kept: readonly Tensor[];
}

/** Whether the engine has a kernel that takes a step of this kind for a parameter with this gradient. */
export function hasStepKernel(kind: StepKind, param: Tensor, grad: Tensor): boolean {
  assertTensor(kind, 'param', param);
  assertTensor(kind, 'grad', grad);
  const { backend } = param.storage;
  return (
    backend.supports(kind) &&
    isFloat(param.dtype) &&
    param.isContiguous() &&
    param.numel > 0 &&
    grad.dtype === param.dtype &&
    sameShape(grad.shape, param.shape) &&
    grad.storage.backend === backend
  );
}

/**
 * Takes a step of an optimizer for parameters of one dtype on one device, in place, with as few kernels as the engine allows.
 * Formulas stand with the kernel kinds.
 *
 * @param scalars the numbers that change from step to step; in a compiled function they are computed anew at each call.
 * @param reads what they depend on: the options alone, or the count of steps, too.
 */
export function optimizerStep<K extends StepKind>(
  kind: K,
  tensors: readonly StepTensors[],
  attributes: Omit<KernelAttributes[K], 'count'>,
  scalars: readonly (() => number)[],
  reads: 'options' | 'step',
): void {
  const numbers = dynamicVector(scalars, tensors[0]!.param, reads === 'options').strided;
  for (let start = 0; start < tensors.length; start += MAX_TENSORS) {
    const some = tensors.slice(start, start + MAX_TENSORS);
    const changed = [
      ...some.map(({ param }) => param),
      ...some[0]!.kept.flatMap((_, i) => some.map(({ kept }) => kept[i]!)),
    ];
    const gradients = some.map(({ grad }) => contiguous(grad.strided));
    const outputs = changed.map((tensor) => tensor.strided);
    launch(kind, outputs, [numbers, ...gradients], {
      ...attributes,
      count: some.length,
    } as KernelAttributes[K]);
    for (const tensor of changed) tensor.storage.version++;
    gradients.forEach((view, i) => {
      discard(view, some[i]!.grad.strided);
    });
  }
}
