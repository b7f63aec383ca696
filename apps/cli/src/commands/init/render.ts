/** Letters that a line may have. */
const maxLine = 100;

/** Remarks by path, such as `data.batchSize`. */
export type Comments = ReadonlyMap<string, string>;

/** Values of the top keys that need no remark of their own. */
const general: Readonly<Record<string, string>> = {
  name: "name of the run's folder",
  seed: 'seed of the initial weights, the order of the samples and the validation split',
  epochs: 'number of passes over the training samples',
  metrics: 'metrics besides the loss',
  earlyStopping: 'stops when the validation loss has not improved for this many evaluations',
};

/** A document as a module of JavaScript, with a remark above each key that has one. */
export function renderModule(document: object, comments: Comments): string {
  const all = new Map([
    ...Object.entries(general).filter(([key]) => Object.hasOwn(document, key)),
    ...comments,
  ]);
  for (const [key, text] of Object.entries(general)) {
    const own = comments.get(key);
    if (own !== undefined) all.set(key, `${text}; ${own}`);
  }
  return [
    '// An experiment of Kindling. `kindling train` runs it; `kindling experiment show <file> --keys` lists every key.',
    "/** @type {import('@kindling/train').ExperimentInput} */",
    `export default ${render(document, [], all)};`,
    '',
  ].join('\n');
}

function render(value: unknown, path: readonly string[], comments: Comments): string {
  const indent = '  '.repeat(path.length);
  const short = inline(value);
  const isCommented = [...comments.keys()].some((key) => key.startsWith(`${path.join('.')}.`));
  const fits = indent.length + short.length <= maxLine;
  if (typeof value !== 'object' || value === null || (fits && !isCommented && path.length > 0)) return short;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const elements = value.map((element) => `${inner}${inline(element)},`);
    return ['[', ...elements, `${indent}]`].join('\n');
  }
  const entries = Object.entries(value).flatMap(([key, own]) => {
    const below = [...path, key];
    const comment = comments.get(below.join('.'));
    return [
      ...(comment === undefined ? [] : wrapComment(comment, inner)),
      `${inner}${keyText(key)}: ${render(own, below, comments)},`,
    ];
  });
  return ['{', ...entries, `${indent}}`].join('\n');
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return text(value);
  const entries = Object.entries(value).map(([key, own]) => `${keyText(key)}: ${inline(own)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** JSON that is JavaScript in a module of any version. */
const text = (value: unknown): string =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

// `__proto__: x` would set the prototype.
const keyText = (key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__' ? key : `[${text(key)}]`;

/** A remark on as many lines as it takes; what is in it cannot end it. */
function wrapComment(comment: string, indent: string): string[] {
  const words = comment.replace(/\s+/g, ' ').split(' ');
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && indent.length + 3 + last.length + 1 + word.length <= maxLine) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => `${indent}// ${line}`);
}
