/** In JSON, a string that is a key (captured) or a value, or a bracket of an object. */
const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")[ \t\r\n]*:|"[^"\\]*(?:\\.[^"\\]*)*"|[{}]/g;

/** A key that an object in a valid JSON text has twice. `JSON.parse` would keep the last and say nothing. */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, quoted] of json.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (quoted !== undefined) {
      const key: string = JSON.parse(quoted);
      const keys = open.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
