import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KindlingError } from '@kindling/core';
import * as z from 'zod';

const trialResultSchema = z.union([
  z.object({ tensorflow: z.string(), withoutGpu: z.string().optional() }),
  z.object({ error: z.string() }),
]);
export type TrialResult = z.output<typeof trialResultSchema>;

/** What a binding said of itself in a trial. */
export interface TriedBinding {
  /** The version of TensorFlow. */
  readonly tensorflow: string;
  /** Why no GPU takes part, for the package that is there for one. */
  readonly withoutGpu?: string | undefined;
}

/** Loading TensorFlow takes 2 seconds; a file system that is far away, longer. */
const TIMEOUT = 300_000;

/**
 * Loads a binding in a process of its own and multiplies two matrices with it.
 *
 * @throws KindlingError with the reason where it does not load, or gives a wrong product.
 */
export function tryBinding(name: string, file: string): TriedBinding {
  const program = fileURLToPath(new URL('tfjs-trial.js', import.meta.url));
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, [program, name, file], {
    encoding: 'utf8',
    timeout: TIMEOUT,
  });
  const result = resultIn(stdout ?? '');
  if (result !== undefined && !('error' in result)) return result;
  const reason =
    result?.error ??
    error?.message ??
    (signal ? `it was ended by ${signal}` : `it ended with exit code ${status}`);
  const said = stderr?.trim().split('\n').slice(-10).join('\n');
  throw new KindlingError(
    `tfjs setup: the new binding of ${name} failed its test; nothing was changed: ${reason}${said ? `\n${said}` : ''}`,
  );
}

/** The last line, after what a library may have printed. */
function resultIn(stdout: string): TrialResult | undefined {
  const line = stdout.trim().split('\n').at(-1) ?? '';
  try {
    return trialResultSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
