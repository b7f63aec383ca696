import type { KernelCall } from '../kernels.ts';
import type { BufferView } from '../lowered-call.ts';
import { referenceBackend } from '../reference/reference.ts';
import { bufferOf, type TensorBuffer } from './buffer.ts';

/** Runs a call in the reference engine on copies of its operands' memory, and takes over what it wrote. */
export function runOnHost({ kind, outputs, inputs, attributes }: KernelCall): void {
  const copies = new Map<TensorBuffer, ArrayBuffer>();
  const copied = (view: BufferView): BufferView => {
    const buffer = bufferOf(view);
    let handle = copies.get(buffer);
    if (handle === undefined) {
      handle = new ArrayBuffer(buffer.byteLength);
      new Uint8Array(handle).set(buffer.bytes());
      copies.set(buffer, handle);
    }
    return { ...view, storage: { handle } };
  };
  referenceBackend.execute({
    kind,
    outputs: outputs.map(copied),
    inputs: inputs.map((x) => (typeof x === 'number' ? x : copied(x))),
    attributes,
  } as unknown as KernelCall);
  for (const buffer of new Set(outputs.map(bufferOf))) {
    buffer.write(0, new Uint8Array(copies.get(buffer)!));
  }
}
