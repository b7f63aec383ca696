import type { IncomingMessage } from 'node:http';

/** More than the largest message of a page takes: a thousand runs to follow. */
const MAX_BYTES = 2 ** 19;

export interface BodyProblem {
  readonly status: 400 | 413 | 415;
  readonly text: string;
}

/** The JSON in the body of a request, or why there is none. */
export async function readBody(request: IncomingMessage): Promise<{ readonly value: unknown } | BodyProblem> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return { status: 415, text: 'expected JSON (application/json)' };
  }
  const tooLarge = { status: 413, text: `expected at most ${MAX_BYTES} bytes` } as const;
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) return tooLarge;
  const bytes = await readAll(request);
  if (bytes === undefined) return tooLarge;
  try {
    return { value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return { status: 400, text: 'expected JSON' };
  }
}

/** The bytes of a body; undefined for too many, of which the rest is thrown away. */
function readAll(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
