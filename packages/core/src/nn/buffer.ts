import { assertBoolean, assertTensor } from '../arguments.ts';
import { checkOptions } from '../options.ts';
import { Tensor } from '../tensor.ts';

/**
 * A tensor that belongs to a module's state but is not learned, such as a running mean: it moves with the module, and
 * is in `stateDict()` unless `persistent` is false (default true). It shares the memory of `data`.
 *
 * Source: https://docs.pytorch.org/docs/2.15/generated/torch.nn.parameter.Buffer.html
 */
export class Buffer extends Tensor {
  readonly persistent: boolean;

  constructor(data: Tensor, options: { readonly persistent?: boolean } = {}) {
    const { persistent = true } = checkOptions('Buffer', options, { persistent: true });
    assertTensor('Buffer', 'data', data);
    assertBoolean('Buffer', 'persistent', persistent);
    super(data.strided);
    this.persistent = persistent;
  }
}
