import { assertTensor } from '../arguments.ts';
import type { Tensor } from '../tensor.ts';
import { Module } from './module.ts';

/** x itself: a place in a model for a layer that may be left out. */
export class Identity extends Module {
  forward(x: Tensor): Tensor {
    assertTensor('Identity', 'the input', x);
    return x;
  }
}
