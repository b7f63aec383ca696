import { assertChoice } from '../../arguments.ts';

/** How exactly float32 matrix products are computed where an engine has a choice. */
export type Float32MatmulPrecision = 'highest' | 'high';

let precision: Float32MatmulPrecision = 'highest';

export const float32Precision = (): Float32MatmulPrecision => precision;

/**
 * Sets how matrix products of float32 are computed on a GPU, from the next operation on: `highest` (the default) with float32 throughout;
 * `high` may round the factors to TF32, of 10 bits behind the point, for the tensor cores, and still adds in float32. The CPU's engines always
 * give `highest`. Functions that are recorded already keep what they were recorded with.
 *
 * @throws ArgumentError for anything else.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.set_float32_matmul_precision.html
 */
export function setFloat32MatmulPrecision(value: Float32MatmulPrecision): void {
  assertChoice('setFloat32MatmulPrecision', 'value', value, ['highest', 'high']);
  precision = value;
}

/** What {@link setFloat32MatmulPrecision} has set. */
export const getFloat32MatmulPrecision = (): Float32MatmulPrecision => precision;
