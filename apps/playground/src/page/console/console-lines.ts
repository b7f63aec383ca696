import type { OutputLevel, OutputLine } from '../../protocol.ts';

/** Messages that are kept: of more, the oldest are left out. */
const MAX_MESSAGES = 1000;

export interface ConsoleMessage {
  readonly id: number;
  readonly level: OutputLevel;
  readonly text: string;
  /** The line of the program that it is about. */
  readonly line?: number | undefined;
}

export interface ConsoleContent {
  readonly messages: readonly ConsoleMessage[];
  /** Messages before them that are not kept. */
  readonly leftOut: number;
}

export const emptyConsole: ConsoleContent = { messages: [], leftOut: 0 };

/** The console with further messages. @param dropped messages that were not sent because there were too many */
export function withMessages(
  { messages, leftOut }: ConsoleContent,
  added: readonly (OutputLine & { readonly line?: number | undefined })[],
  dropped = 0,
): ConsoleContent {
  const first = messages.at(-1)?.id ?? -1;
  const all = [...messages, ...added.map((message, i) => ({ ...message, id: first + 1 + i }))];
  const over = Math.max(0, all.length - MAX_MESSAGES);
  return { messages: over === 0 ? all : all.slice(over), leftOut: leftOut + over + dropped };
}
