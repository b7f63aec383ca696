import { Storage, type View } from '../backend.ts';
import type { KernelCall } from '../kernels.ts';
import { referenceBackend } from '../reference/reference.ts';
import { bufferOf, type TensorBuffer } from './buffer.ts';

/** Runs a call in the reference engine on copies of its operands' memory, and takes over what it wrote. */
export function runOnHost(call: KernelCall): void {
  const copies = new Map<TensorBuffer, Storage>();
  const copied = (view: View): View => {
    const buffer = bufferOf(view);
    let storage = copies.get(buffer);
    if (storage === undefined) {
      storage = new Storage(referenceBackend, buffer.byteLength);
      referenceBackend.write(storage.handle, 0, buffer.bytes());
      copies.set(buffer, storage);
    }
    return { ...view, storage };
  };
  referenceBackend.execute({
    ...call,
    outputs: call.outputs.map(copied),
    inputs: call.inputs.map((x) => (typeof x === 'number' ? x : copied(x))),
  });
  for (const buffer of new Set(call.outputs.map(bufferOf))) {
    const bytes = new Uint8Array(buffer.byteLength);
    referenceBackend.read(copies.get(buffer)!.handle, 0, bytes);
    buffer.write(0, bytes);
  }
}
