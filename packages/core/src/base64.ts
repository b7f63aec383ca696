/*
 * Node.js has Buffer, which is fast; browsers have atob and btoa.
 */
const isNode = typeof Buffer !== 'undefined';

/** Bytes as text in Base64. */
export function toBase64(bytes: Uint8Array): string {
  if (isNode) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The bytes of a text in Base64; of another text fewer, or none. */
export function fromBase64(text: string): Uint8Array {
  if (isNode) return new Uint8Array(Buffer.from(text, 'base64'));
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
