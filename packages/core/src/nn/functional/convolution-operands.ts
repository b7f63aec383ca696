import { assertTensor, assertWhole } from '../../arguments.ts';
import { DTypeError, formatShape, ShapeError } from '../../errors.ts';
import { sameShape } from '../../shape.ts';
import { type PerAxis, perAxis } from '../../spatial.ts';
import type { Tensor } from '../../tensor.ts';

/** One number along the height and one along the width. */
export type HeightAndWidth = readonly [height: number, width: number];

/** Numbers of 1 or 2 spatial axes; signals lie along the width of images whose height has the least number. */
export function heightAndWidth(
  op: string,
  name: string,
  value: PerAxis,
  axes: number,
  least: number,
): HeightAndWidth {
  const numbers = perAxis(op, name, value, axes, least);
  return axes === 1 ? [least, numbers[0]!] : [numbers[0]!, numbers[1]!];
}

/** Images behind an operation on signals or images, with or without a batch. */
export interface Images {
  /** [N, C, H, W]. */
  readonly images: Tensor;
  /** A result of that form in the form that the input had. */
  restore(result: Tensor): Tensor;
}

/** @throws {ShapeError} unless the input is [N, C, L] or [C, L], with 2 axes [N, C, H, W] or [C, H, W]. */
export function asImages(op: string, input: Tensor, axes: number): Images {
  assertTensor(op, 'input', input);
  const { ndim, shape } = input;
  if (ndim !== axes + 1 && ndim !== axes + 2) {
    const forms = axes === 1 ? '[N, C, L] or [C, L]' : '[N, C, H, W] or [C, H, W]';
    throw new ShapeError(`${op}: expected an input ${forms}, got shape ${formatShape(shape)}`);
  }
  const unbatched = ndim === axes + 1;
  const batch = unbatched ? input.unsqueeze(0) : input;
  const restoreBatch = (result: Tensor): Tensor => (unbatched ? result.squeeze(0) : result);
  if (axes === 2) return { images: batch, restore: restoreBatch };
  return { images: batch.unsqueeze(2), restore: (result) => restoreBatch(result.squeeze(2)) };
}

/** The weight of 1 or 2 spatial axes as one of 2. */
export function asKernels(op: string, weight: Tensor, axes: number): Tensor {
  assertTensor(op, 'weight', weight);
  if (weight.ndim !== axes + 2) {
    throw new ShapeError(
      `${op}: expected a weight of ${axes + 2} dims, got shape ${formatShape(weight.shape)}`,
    );
  }
  if (weight.shape.slice(2).includes(0)) {
    throw new ShapeError(
      `${op}: expected a weight whose kernel sizes are at least 1, got shape ${formatShape(weight.shape)}`,
    );
  }
  return axes === 1 ? weight.unsqueeze(2) : weight;
}

/** What a convolution takes, in the form that it was given. */
export interface ConvolutionOperands {
  readonly input: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly groups: number;
}

/**
 * Checks that dtypes, groups and channels of operands belong together.
 *
 * @param channels what the input should have, and how many the output gets.
 */
export function checkChannels(
  op: string,
  axes: number,
  { input, weight, bias, groups }: ConvolutionOperands,
  channels: { readonly input: number; readonly output: number },
): void {
  const [first] = weight.shape as [number];
  if (first === 0 || first % groups !== 0) {
    throw new ShapeError(
      `${op}: expected a weight whose first size is a multiple of groups=${groups}, got shape ${formatShape(weight.shape)}`,
    );
  }
  if (input.shape.at(-1 - axes) !== channels.input) {
    throw new ShapeError(
      `${op}: expected an input of ${channels.input} channels for groups=${groups} and a weight of shape ${formatShape(weight.shape)}, got shape ${formatShape(input.shape)}`,
    );
  }
  if (bias !== undefined && !sameShape(bias.shape, [channels.output])) {
    throw new ShapeError(
      `${op}: expected a bias of shape [${channels.output}], got ${formatShape(bias.shape)}`,
    );
  }
  const dtypes = [input, weight, ...(bias === undefined ? [] : [bias])].map(({ dtype }) => dtype);
  if (input.dtype === 'bool' || dtypes.some((dtype) => dtype !== input.dtype)) {
    const got = `${dtypes.slice(0, -1).join(', ')} and ${dtypes.at(-1)}`;
    throw new DTypeError(`${op}: expected input, weight and bias of one numeric dtype, got ${got}`);
  }
}

/** @throws {ArgumentError} unless it is an integer of at least 1. */
export const assertGroups = (op: string, groups: number): void => assertWhole(op, 'groups', groups, 1);
