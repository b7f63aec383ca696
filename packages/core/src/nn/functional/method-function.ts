import { assertTensor } from '../../arguments.ts';
import type { Tensor } from '../../tensor.ts';

type MethodName = {
  [K in keyof Tensor]: Tensor[K] extends (...args: never[]) => Tensor ? K : never;
}[keyof Tensor] &
  string;

/** A tensor method as a function of the tensor. */
export function functionOf<K extends MethodName>(
  name: K,
): (input: Tensor, ...args: Parameters<Tensor[K]>) => Tensor {
  return (input, ...args) => {
    assertTensor(name, 'input', input);
    const method = input[name] as (this: Tensor, ...given: Parameters<Tensor[K]>) => Tensor;
    return method.apply(input, args);
  };
}
