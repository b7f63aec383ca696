import type { Problem } from '../protocol.ts';

/** What was thrown, and the line of the program that it came from. @param url Where the program was loaded from. */
export function problemOf(thrown: unknown, url: string): Problem {
  if (!(thrown instanceof Error)) return { message: `thrown: ${String(thrown)}` };
  const { name, message, stack = '' } = thrown;
  return { message: message === '' ? name : `${name}: ${message}`, line: lineIn(stack, url) };
}

/** The line of the innermost call in the program: engines write `url:line:column` with each. */
function lineIn(stack: string, url: string): number | undefined {
  const at = stack.indexOf(`${url}:`);
  if (at < 0) return undefined;
  const line = Number.parseInt(stack.slice(at + url.length + 1), 10);
  return Number.isNaN(line) ? undefined : line;
}
