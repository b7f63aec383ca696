const [quote, backslash, open, close] = [0x22, 0x5c, 0x7b, 0x7d];

/** Where the string that begins at `start`, in valid JSON, ends: the position of its closing quote. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  for (; json.charCodeAt(at) !== quote; at++) if (json.charCodeAt(at) === backslash) at++;
  return at;
}

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/**
 * A key that an object in a valid JSON text has twice. `JSON.parse` would keep the last and say nothing. Takes time in
 * proportion to the text, and no stack, whatever the nesting.
 */
export function repeatedKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === open) objects.push(new Set());
    else if (code === close) objects.pop();
    else if (code === quote) {
      const start = at;
      at = stringEnd(json, start);
      let next = at + 1;
      while (isSpace(json.charCodeAt(next))) next++;
      if (json[next] !== ':') continue;
      const key: string = JSON.parse(json.slice(start, at + 1));
      const keys = objects.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
