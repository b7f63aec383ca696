/**
 * The settings of a document by their dotted paths, in the document's order: `model.0.out`. A list of plain values is one setting. A
 * document that is a plain value itself is the setting `config`.
 */
export function flatSettings(document: unknown): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (value: unknown, path: string): void => {
    const entries = isBranch(value) ? Object.entries(value) : [];
    if (entries.length === 0) found.set(path === '' ? 'config' : path, value);
    for (const [key, below] of entries) visit(below, path === '' ? key : `${path}.${key}`);
  };
  visit(document, '');
  return found;
}

const isBranch = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null));
