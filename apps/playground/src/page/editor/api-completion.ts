import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { ApiEntry, ApiIndex } from '../../api/api-index.ts';
import { lastExpression } from '../../api/last-expression.ts';
import { importedNames, typeOf } from '../../api/program-names.ts';
import { describeEntry } from './describe-entry.ts';
import { loadApi } from './load-api.ts';

const types: Readonly<Record<ApiEntry['kind'], string>> = {
  function: 'function',
  class: 'class',
  constant: 'constant',
  namespace: 'namespace',
  type: 'type',
  method: 'method',
  property: 'property',
};

/** Names of the packages: in imports, behind a dot by the type in front of it, and elsewhere with the import that they need. */
export async function apiCompletion(context: CompletionContext): Promise<CompletionResult | null> {
  const api = await loadApi();
  if (api === undefined) return null;
  const program = context.state.doc.toString();
  return inImport(context, api) ?? behindDot(context, program, api) ?? elsewhere(context, program, api);
}

function inImport(context: CompletionContext, api: ApiIndex): CompletionResult | null {
  const specifier = context.matchBefore(/from\s*['"][\w@/-]*/);
  if (specifier !== null) {
    const from = specifier.from + specifier.text.search(/['"]/) + 1;
    return { from, options: Object.keys(api.packages).map((label) => ({ label, type: 'namespace' })) };
  }
  const open = context.matchBefore(/import\s*\{[^}]*/);
  if (open === null) return null;
  const rest = context.state.sliceDoc(context.pos, context.pos + 500);
  const [, name] = /^[^}]*\}\s*from\s*['"]([^'"]+)['"]/.exec(rest) ?? [];
  const entries = name === undefined ? Object.values(api.packages).flat() : (api.packages[name] ?? []);
  return { from: wordStart(context), options: entries.map(option), validFor: /^[\w$]*$/ };
}

const expressionEnd = /[\w$)\]!]+(?:\s*\??\.\s*[\w$]*)$/;

function behindDot(context: CompletionContext, program: string, api: ApiIndex): CompletionResult | null {
  const line = context.matchBefore(/.*/s)?.text ?? program.slice(0, context.pos);
  if (!expressionEnd.test(line)) return null;
  const from = wordStart(context);
  const expression = lastExpression(program.slice(0, from).replace(/\??\.\s*$/, ''));
  const type = typeOf(expression, program, api);
  const members = type === undefined ? undefined : api.types[type];
  if (members === undefined) return { from, options: [] };
  return { from, options: members.map(option), validFor: /^[\w$]*$/ };
}

function elsewhere(context: CompletionContext, program: string, api: ApiIndex): CompletionResult | null {
  const from = wordStart(context);
  if (from === context.pos && !context.explicit) return null;
  const imported = importedNames(program, api);
  const known = [...imported].map(([name, entry]) => option({ ...entry, name }));
  const others = Object.entries(api.packages).flatMap(([name, entries]) =>
    entries
      .filter((entry) => !imported.has(entry.name) && entry.kind !== 'type')
      .map(
        (entry): Completion => ({
          ...option(entry),
          detail: name,
          boost: -50,
          apply: withImport(entry.name, name),
        }),
      ),
  );
  const words = [...new Set(program.slice(0, from).match(/[A-Za-z_$][\w$]{2,}/g))].filter(
    (word) => !imported.has(word),
  );
  const locals = words.map((label): Completion => ({ label, type: 'variable', boost: -20 }));
  return { from, options: [...known, ...locals, ...others], validFor: /^[\w$]*$/ };
}

const option = (entry: ApiEntry): Completion => ({
  label: entry.name,
  type: types[entry.kind],
  detail: short(entry.signature),
  info: () => describeEntry(entry),
});

const short = (signature: string): string =>
  signature.length <= 48 ? signature : `${signature.slice(0, 47)}…`;

/** Takes a name, and adds it to the import of its package. */
const withImport = (name: string, packageName: string) =>
  function apply(view: EditorView, _: Completion, from: number, to: number): void {
    const added = importChange(view.state.doc.toString(), name, packageName);
    view.dispatch({
      changes: [added, { from, to, insert: name }],
      selection: { anchor: from + name.length + added.insert.length },
    });
  };

function importChange(program: string, name: string, packageName: string) {
  const [head, names = ''] =
    new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*['"]${packageName}['"]`).exec(program) ?? [];
  if (head === undefined) return { from: 0, insert: `import { ${name} } from '${packageName}';\n` };
  const kept = names.trimEnd();
  const from = program.indexOf(head) + head.indexOf('{') + 1 + kept.length;
  return { from, insert: `${kept === '' || kept.endsWith(',') ? '' : ','} ${name}` };
}

const wordStart = (context: CompletionContext): number => context.matchBefore(/[\w$]+/)?.from ?? context.pos;
