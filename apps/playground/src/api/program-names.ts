import type { ApiEntry, ApiIndex } from './api-index.ts';

/** What programs that name no type are mostly about. */
const DEFAULT_TYPE = 'Tensor';

/** The names that a program has imported, with what they are. */
export function importedNames(program: string, api: ApiIndex): ReadonlyMap<string, ApiEntry> {
  const found = new Map<string, ApiEntry>();
  for (const [, names = '', specifier = ''] of program.matchAll(
    /import\s*(?:type\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g,
  )) {
    for (const item of names.split(',')) {
      const [, name, alias = name] = /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(item) ?? [];
      const entry = api.packages[specifier]?.find((one) => one.name === name);
      if (entry !== undefined && alias !== undefined) found.set(alias, entry);
    }
  }
  return found;
}

/**
 * The type of an expression that ends in front of a dot, as far as its text tells: a namespace, a class, a variable by its declaration,
 * a call by what it returns. Else a tensor, which most expressions of programs are; undefined for what is known to be something else.
 */
export function typeOf(expression: string, program: string, api: ApiIndex): string | undefined {
  const names = importedNames(program, api);
  const chain = splitChain(expression);
  let type: string | undefined;
  for (const [i, { name, isCall }] of chain.entries()) {
    const entry = i === 0 ? names.get(name) : api.types[type ?? '']?.find((one) => one.name === name);
    if (i === 0 && entry === undefined) type = declaredType(name, program, api) ?? fallback(name);
    else if (entry?.kind === 'namespace' && !isCall) type = entry.name;
    else type = entry?.type;
    if (type === undefined) return undefined;
  }
  return type;
}

const globals = new Set([
  'console',
  'Math',
  'Object',
  'Array',
  'Number',
  'JSON',
  'String',
  'Promise',
  'performance',
]);
const fallback = (name: string): string | undefined => (globals.has(name) ? undefined : DEFAULT_TYPE);

interface Link {
  readonly name: string;
  readonly isCall: boolean;
}

/** `x.matmul(w).add` as its names; what is in brackets is passed over. */
function splitChain(expression: string): Link[] {
  const bare = withoutBrackets(expression);
  return bare
    .split('.')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({ name: part.replace(/[()!?[\]\s]/g, ''), isCall: part.includes('(') }));
}

function withoutBrackets(text: string): string {
  let depth = 0;
  let bare = '';
  for (const letter of text) {
    if ('([{'.includes(letter)) bare += depth++ === 0 ? letter : '';
    else if (')]}'.includes(letter)) bare += --depth === 0 ? letter : '';
    else if (depth === 0) bare += letter;
  }
  return bare;
}

/** The type of a variable by its declaration: `const model = new nn.Sequential(…)`, `x: Tensor`, `const run = await createRun(…)`. */
function declaredType(name: string, program: string, api: ApiIndex): string | undefined {
  const variable = name.replace(/[$]/g, '\\$');
  const annotated = new RegExp(`\\b${variable}\\s*:\\s*(?:nn\\.)?([A-Z]\\w*)`).exec(program)?.[1];
  if (annotated !== undefined && annotated in api.types) return annotated;
  const made = new RegExp(
    `(?:const|let|var)\\s+${variable}\\s*=\\s*(?:await\\s+)?(new\\s+)?([\\w$.]+)\\s*\\(`,
  ).exec(program);
  const called = made?.[2]?.split('.').at(-1) ?? '';
  if (made?.[1] !== undefined) return called in api.types ? called : undefined;
  return importedNames(program, api).get(called)?.type;
}
