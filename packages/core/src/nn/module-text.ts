import { identityOf } from '../identity.ts';
import { items } from './items.ts';

/** The text of a block: all of it in one line where nothing is nested. */
export function block(name: string, extra: string, children: readonly string[]): string {
  if (children.length === 0) return `${name}(${extra})`;
  const lines = [...(extra === '' ? [] : [extra]), ...children];
  return `${name}(\n${lines.join('\n').replace(/^/gm, '  ')}\n)`;
}

/** The text of each value that is a module or holds one, behind its name. */
export const describeAll = (entries: readonly (readonly [string, unknown])[]): string[] =>
  entries.flatMap(([name, value]) => {
    const text = describe(value);
    return text === undefined ? [] : [`(${name}): ${text}`];
  });

/** The same for a list, with neighbors of one text in one entry: `(0-2): 3 x ReLU()`. */
function describeList(values: readonly unknown[]): string[] {
  const runs: { first: number; last: number; text: string }[] = [];
  values.forEach((value, i) => {
    const text = describe(value);
    const run = runs.at(-1);
    if (text === undefined) return;
    if (run?.text === text && run.last === i - 1) run.last = i;
    else runs.push({ first: i, last: i, text });
  });
  return runs.map(({ first, last, text }) =>
    first === last ? `(${first}): ${text}` : `(${first}-${last}): ${last - first + 1} x ${text}`,
  );
}

function describe(value: unknown): string | undefined {
  if (identityOf(value)?.kind === 'module') return String(value);
  const isList = Array.isArray(value);
  const children = isList ? describeList(value) : describeAll(items(value));
  return children.length === 0 ? undefined : block(isList ? 'ModuleList' : 'ModuleDict', '', children);
}
