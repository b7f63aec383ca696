import { hoverTooltip } from '@codemirror/view';
import { lastExpression } from '../../api/last-expression.ts';
import { importedNames, typeOf } from '../../api/program-names.ts';
import { describeEntry } from './describe-entry.ts';
import { loadApi } from './load-api.ts';

/** What a name is, where the pointer rests on it. */
export const apiHover = hoverTooltip(async ({ state }, position) => {
  const word = state.wordAt(position);
  const api = await loadApi();
  if (word === null || api === undefined) return null;
  const program = state.doc.toString();
  const name = program.slice(word.from, word.to);
  const before = program.slice(0, word.from);
  const isMember = /\??\.\s*$/.test(before);
  const type = isMember ? typeOf(lastExpression(before.replace(/\??\.\s*$/, '')), program, api) : undefined;
  const entry = isMember
    ? api.types[type ?? '']?.find((one) => one.name === name)
    : importedNames(program, api).get(name);
  if (entry === undefined) return null;
  return { pos: word.from, end: word.to, above: true, create: () => ({ dom: describeEntry(entry) }) };
});
