import { createInterface } from 'node:readline';
import type { Request } from './protocol.ts';
import { messageOf } from './responder.ts';

// What a library prints must not get between the answers.
console.log = console.error;
console.info = console.error;

const write = (reply: object): boolean => process.stdout.write(`${JSON.stringify(reply)}\n`);

/** Says that a peer is there, after so many seconds. */
export const sayReady = (ready: number): boolean => write({ id: 0, answer: { ready } });

/** Says why there is none, and ends the process. */
export function sayAbsent(error: unknown): never {
  write({ id: 0, error: messageOf(error) });
  process.exit();
}

/** Answers the lines of the standard input until it ends. */
export async function answerLines(respond: (request: Request) => Promise<object>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, ...request } = JSON.parse(line) as Request & { readonly id: number };
    try {
      write({ id, answer: await respond(request) });
    } catch (error) {
      write({ id, error: messageOf(error) });
    }
  }
}
