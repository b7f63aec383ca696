import { DeviceError } from '../../errors.ts';
import { webAssembly } from './webassembly.ts';

/** What a module knows of a trap. */
interface TrapReport {
  /** What a worker that ended in the midst of a task says; undefined where none has. */
  readonly lostWorker: string | undefined;
  /** Bytes that the engine needed for itself and did not get; 0 where it got all. */
  readonly refusedBytes: number;
}

type Guard = <Operands extends number[]>(
  call: (...operands: Operands) => number,
  nameOf: (...operands: Operands) => string,
) => (...operands: Operands) => number;

/** Where in a module an error was thrown, in its stack: functions have numbers alone. */
export const wasmFrame: RegExp = /wasm-function\[\d+\](?::0x[\da-f]+)?/;

function causeOf(error: Error, { lostWorker, refusedBytes }: TrapReport): string {
  const [place] = wasmFrame.exec(error.stack ?? '') ?? [];
  const cause = lostWorker ?? `${error.message}${place === undefined ? '' : ` at ${place}`}`;
  return refusedBytes === 0 ? cause : `${cause}, as there were no ${refusedBytes} bytes of memory more`;
}

/**
 * Makes a trap of a module's functions a {@link DeviceError} that says in which call and thread it was. A trap leaves memory and threads as
 * they were in the middle of a call, so after one every function throws that error.
 */
export function trapGuard(report: () => TrapReport): Guard {
  const { RuntimeError } = webAssembly();
  let trap: { readonly error: Error; readonly message: string } | undefined;
  return (call, nameOf) =>
    (...operands) => {
      if (trap === undefined) {
        try {
          return call(...operands);
        } catch (error) {
          // A stack that is too deep is the program's own.
          if (!(error instanceof RuntimeError)) throw error;
          const message = `wasm: expected the engine to complete ${nameOf(...operands)}, got a trap (${causeOf(error, report())}); tensors on cpu are lost, start the program anew`;
          trap = { error, message };
        }
      }
      throw new DeviceError(trap.message, { cause: trap.error });
    };
}
