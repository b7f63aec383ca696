import { assertNumber, assertTensor, assertWhole } from '../../arguments.ts';
import { formatShape, ShapeError } from '../../errors.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * (x − mean) / √(var + eps) · weight + bias, with mean and population variance over each group of channels (axis 1). Default eps 1e-5.
 *
 * @param weight of shape [C], as `bias`.
 * @throws {ShapeError} unless the input is [N, C, …] with a number of channels that the groups divide.
 *
 * Sources: https://arxiv.org/abs/1803.08494, https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.group_norm.html
 */
export function groupNorm(
  input: Tensor,
  numGroups: number,
  weight?: Tensor,
  bias?: Tensor,
  eps = 1e-5,
): Tensor {
  assertTensor('groupNorm', 'input', input);
  assertWhole('groupNorm', 'numGroups', numGroups, 1);
  assertNumber('groupNorm', 'eps', eps);
  const [samples, channels] = input.shape;
  if (samples === undefined || channels === undefined || channels % numGroups !== 0) {
    throw new ShapeError(
      `groupNorm: expected an input [N, C, …] with C a multiple of ${numGroups}, got shape ${formatShape(input.shape)}`,
    );
  }
  const perChannel = (what: string, x: Tensor): Tensor => {
    assertTensor('groupNorm', what, x);
    if (x.ndim !== 1 || x.shape[0] !== channels) {
      throw new ShapeError(
        `groupNorm: expected a ${what} of shape [${channels}], got ${formatShape(x.shape)}`,
      );
    }
    return x.reshape(input.shape.map((size, d) => (d === 1 ? size : 1)));
  };
  const size = input.numel / Math.max(samples * numGroups, 1);
  const groups = input.reshape([samples, numGroups, size]);
  const normal = (size > 0 ? groups.layerNorm([size], undefined, undefined, eps) : groups).reshape(
    input.shape,
  );
  const scaled = weight === undefined ? normal : normal.mul(perChannel('weight', weight));
  return bias === undefined ? scaled : scaled.add(perChannel('bias', bias));
}
