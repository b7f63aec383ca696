import { type JsonPath, maxJsonDepth } from './json-document.ts';
import type { Finding } from './problem.ts';

/** Values that a document may have, lists and objects included. */
const maxValues = 1_000_000;

export interface DocumentSize {
  /** Values, lists and objects included; those counted until something was found. */
  readonly values: number;
  readonly finding?: Finding;
}

/**
 * How large a document is, and what is wrong with one that no file was parsed into, but a module or a command line has made: more levels of lists and
 * objects than JSON files may have, as one that holds itself has without end, or too many values.
 */
export function documentSize(document: unknown): DocumentSize {
  const open: { readonly value: unknown; readonly path: JsonPath }[] = [{ value: document, path: [] }];
  let count = 1;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    const refuse = (most: string): DocumentSize => ({
      values: count,
      finding: { path: path.slice(0, 3), message: `expected at most ${most}, got more` },
    });
    if (path.length >= maxJsonDepth) return refuse(`${maxJsonDepth} levels of arrays and objects`);
    const children = Object.entries(value);
    count += children.length;
    if (count > maxValues) return refuse(`${maxValues} values`);
    for (const [key, child] of children) {
      if (typeof child !== 'object') continue;
      open.push({ value: child, path: [...path, Array.isArray(value) ? Number(key) : key] });
    }
  }
  return { values: count };
}

/** What is wrong with the size of a document, if anything is. */
export const sizeFinding = (document: unknown): Finding | undefined => documentSize(document).finding;
