import * as z from 'zod';
import { type HostMessage, hostMessageSchema } from '../../protocol.ts';

/** What came from the host: a message, or what is wrong with it. */
export type ReadMessage = { readonly message: HostMessage } | { readonly problem: string };

export function readMessage(data: unknown): ReadMessage {
  const parsed = hostMessageSchema.safeParse(data);
  return parsed.success ? { message: parsed.data } : { problem: problemOf(data, parsed.error) };
}

export function readText(text: string): ReadMessage {
  try {
    return readMessage(JSON.parse(text));
  } catch (error) {
    return { problem: `expected JSON from the host, got ${text.slice(0, 60)} (${String(error)})` };
  }
}

function problemOf(data: unknown, error: z.ZodError): string {
  const type = (data as { type?: unknown } | null)?.type;
  return `message ${typeof type === 'string' ? type : 'without a type'} of the host: ${z.prettifyError(error).replaceAll('\n', ' ')}`;
}
