import { assertTensor } from './arguments.ts';
import type { ForeignReduction } from './backend/backend.ts';
import { launch } from './ops/launch.ts';
import type { Tensor } from './tensor.ts';

/** What an engine has registered, by its functions. */
const registered = new WeakMap<ForeignReduction, Map<object, number>>();

/** Whether the engine of the tensor calls a registered function on the tensor's memory itself, in compiled functions too. */
export function canReduceInPlace(x: Tensor): boolean {
  assertTensor('allReduce', 'tensor', x);
  return (
    x.storage.backend.registerReduction !== undefined &&
    x.storage.backend.supports('allReduce') &&
    x.isContiguous()
  );
}

/** x ← its reduction over a group of processes, in place. In a compiled function each replay calls the function anew. */
export function reduceInPlace(x: Tensor, reduction: ForeignReduction): void {
  const { backend } = x.storage;
  const numbers = registered.get(reduction) ?? new Map<object, number>();
  registered.set(reduction, numbers);
  const number = numbers.get(backend) ?? backend.registerReduction!(reduction);
  numbers.set(backend, number);
  launch('allReduce', [x.strided], [], { count: x.numel, reduction: number });
  x.storage.version++;
}
