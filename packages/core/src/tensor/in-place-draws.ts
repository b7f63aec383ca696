import { assertGenerator, assertNumber } from '../arguments.ts';
import { replaceElements } from '../autograd/apply.ts';
import { uploadOnReplay } from '../capture/dynamic.ts';
import type { GeneratorOptions } from '../draw.ts';
import { DTypeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { defaultGenerator } from '../random/default-generator.ts';
import { fillNormal, fillUniform } from '../random/distributions.ts';
import type { Generator } from '../random/generator.ts';
import type { Tensor } from '../tensor.ts';

function drawInPlace(
  op: string,
  target: Tensor,
  options: GeneratorOptions,
  fill: (out: Float32Array | Float64Array, generator: Generator) => void,
): Tensor {
  target.assertLive(op);
  const { generator = defaultGenerator } = checkOptions(op, options, { generator: true });
  assertGenerator(op, generator);
  const { dtype, numel, shape } = target;
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new DTypeError(`${op}: expected a float32 or float64 tensor, got ${dtype}`);
  }
  if (numel === 0) return target;
  const compute = (): Float32Array | Float64Array => {
    const elements = dtype === 'float32' ? new Float32Array(numel) : new Float64Array(numel);
    fill(elements, generator);
    return elements;
  };
  return replaceElements(op, target, (x) =>
    x.wrap(uploadOnReplay(x.storage.backend, dtype, shape, compute), undefined),
  );
}

/**
 * Methods that put draws in the place of the elements, and return the tensor. The draws are those of PyTorch for a contiguous tensor on the
 * CPU, whatever the device and the layout.
 */
export class InPlaceDraws {
  /**
   * Uniform draws from [from, to). Default [0, 1).
   *
   * @throws {ArgumentError} unless from ≤ to.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.uniform_.html
   */
  uniform_(this: Tensor, from = 0, to = 1, options: GeneratorOptions = {}): Tensor {
    assertNumber('uniform_', 'from', from);
    assertNumber('uniform_', 'to', to);
    return drawInPlace('uniform_', this, options, (out, generator) => fillUniform(out, generator, from, to));
  }

  /**
   * Normal draws with the given mean and standard deviation. Default 0 and 1.
   *
   * @throws {ArgumentError} for a negative standard deviation.
   *
   * Source: https://docs.pytorch.org/docs/2.15/generated/torch.Tensor.normal_.html
   */
  normal_(this: Tensor, mean = 0, std = 1, options: GeneratorOptions = {}): Tensor {
    assertNumber('normal_', 'mean', mean);
    assertNumber('normal_', 'std', std);
    return drawInPlace('normal_', this, options, (out, generator) => fillNormal(out, generator, mean, std));
  }
}
