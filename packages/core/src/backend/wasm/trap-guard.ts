import { DeviceError } from '../../errors.ts';
import { webAssembly } from './webassembly.ts';

type Guard = <Operands extends number[]>(
  call: (...operands: Operands) => number,
) => (...operands: Operands) => number;

/**
 * Makes a trap of a module's functions a {@link DeviceError}. A trap leaves memory and threads as they were in the middle of a call, so
 * after one every function throws.
 */
export function trapGuard(): Guard {
  const { RuntimeError } = webAssembly();
  let trap: Error | undefined;
  return (call) =>
    (...operands) => {
      if (trap === undefined) {
        try {
          return call(...operands);
        } catch (error) {
          // A stack that is too deep is the program's own.
          if (!(error instanceof RuntimeError)) throw error;
          trap = error;
        }
      }
      throw new DeviceError(
        `wasm: expected the engine to complete the call, got a trap in it or in one of its threads (${trap.message}); tensors on cpu are lost, start the program anew`,
        { cause: trap },
      );
    };
}
