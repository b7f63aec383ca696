import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Bytes that JavaScript holds after a collection, with the buffers that the CPU's engines work on: what a leak adds to. Unlike the
 * resident memory, it does not depend on what else the machine does.
 */
export function heldBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
