import { UsageError } from './usage-error.ts';

/** Bytes that a document on stdin may have: as many as an experiment file. */
const maxBytes = 10_000_000;

/** Whether a reference stands for stdin. */
export const isStandardInput = (reference: string | undefined): boolean => reference === '-';

/**
 * The text that comes on stdin, to its end.
 *
 * @throws UsageError for more than 10 MB, and for bytes that are not UTF-8.
 */
export async function readStandardInput(stdin: AsyncIterable<Uint8Array> = process.stdin): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    length += chunk.length;
    if (length > maxBytes) throw new UsageError(`stdin: expected at most ${maxBytes} bytes, got more`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UsageError('stdin: expected UTF-8 text, got invalid bytes');
  }
}

let read: Promise<string> | undefined;

/** What reads an experiment by: the reference, or for `-` the document on stdin, which messages call `stdin`. */
export async function experimentReference(
  reference: string,
): Promise<{ readonly reference: string; readonly text?: string }> {
  if (!isStandardInput(reference)) return { reference };
  if (read === undefined && process.stdin.isTTY) {
    process.stderr.write('kindling: reading an experiment from the terminal; Ctrl-D ends it\n');
  }
  read ??= readStandardInput();
  return { reference: 'stdin', text: await read };
}
