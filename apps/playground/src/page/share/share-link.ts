const parameter = 'program=';
/** Longest program of a link, unpacked: a few letters could unpack to gigabytes. */
const MAX_LENGTH = 200_000;

/** The part of an address behind `#` that holds a program. */
export async function formatShareHash(program: string): Promise<string> {
  const packed = new Blob([program]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return `#${parameter}${btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** The program of an address; undefined where it has none, or one that cannot be read. */
export async function parseShareHash(hash: string): Promise<string | undefined> {
  if (!hash.startsWith(`#${parameter}`)) return undefined;
  try {
    const base64 = hash
      .slice(parameter.length + 1)
      .replaceAll('-', '+')
      .replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return await readText(unpacked);
  } catch {
    return undefined;
  }
}

async function readText(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = stream.getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_LENGTH) {
      await reader.cancel();
      return undefined;
    }
  }
}
