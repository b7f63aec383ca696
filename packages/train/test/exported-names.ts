import { readFileSync } from 'node:fs';

/** What a door of a package exports: names of values, and of types alone. */
export interface ExportedNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

const CLAUSE = /^export (type )?\{([^}]*)\}(?: from '[^']+')?;/gm;
const STAR = /^export \* from '([^']+)';/gm;
const DECLARATION = /^export (?:declare )?(?:async )?(const|function|class|interface|type) (\w+)/gm;

/** Reads the exports of a source file, and of those that it exports all of. */
export function exportedNames(file: URL): ExportedNames {
  const text = readFileSync(file, 'utf8');
  const values = new Set<string>();
  const types = new Set<string>();
  for (const [, kind, list] of text.matchAll(CLAUSE)) {
    for (const item of list!.split(',')) {
      const [, type, name] = /^(type )?(?:\w+ as )?(\w+)$/.exec(item.trim()) ?? [];
      if (name !== undefined) ((kind ?? type) ? types : values).add(name);
    }
  }
  for (const [, kind, name] of text.matchAll(DECLARATION)) {
    (kind === 'interface' || kind === 'type' ? types : values).add(name!);
  }
  for (const [, from] of text.matchAll(STAR)) {
    const inner = exportedNames(new URL(from!, file));
    for (const name of inner.values) values.add(name);
    for (const name of inner.types) types.add(name);
  }
  return { values: [...values], types: [...types].filter((name) => !values.has(name)) };
}
