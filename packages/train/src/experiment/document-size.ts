import { type JsonPath, maxJsonDepth } from './json-document.ts';
import type { Finding } from './problem.ts';

/** Values that a document may have, lists and objects included. */
const maxValues = 1_000_000;

/**
 * What is wrong with a document that no file was parsed into, but a module or a command line has made: more levels of lists and
 * objects than JSON files may have, as one that holds itself has without end, or too many values.
 */
export function sizeFinding(document: unknown): Finding | undefined {
  const open: { readonly value: unknown; readonly path: JsonPath }[] = [{ value: document, path: [] }];
  for (let count = 0; ; count++) {
    const next = open.pop();
    if (next === undefined) return undefined;
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= maxJsonDepth) {
      const message = `expected at most ${maxJsonDepth} levels of arrays and objects, got more`;
      return { path: path.slice(0, 3), message };
    }
    if (count + open.length > maxValues) {
      return { path: path.slice(0, 3), message: `expected at most ${maxValues} values, got more` };
    }
    for (const [key, child] of Object.entries(value)) {
      open.push({ value: child, path: [...path, Array.isArray(value) ? Number(key) : key] });
    }
  }
}
