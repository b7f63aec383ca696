/** Programs are short; what is longer was generated. */
const MAX_PROGRAM = 2 ** 20;

/** Comments, texts and templates: what stands in them is no code. A text in quotes ends with its line. */
const noCode =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`(?:[^`\\]|\\[\s\S])*(?:`|$)|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?/g;

const door = /^(['"`])@kindling\/train(?:\/[\w./-]*)?\1$/;

/** What stands for the name of the package in the text that is searched. */
const mark = '\u0001';

/** The text with everything blank that is no code, in its length, and the name of the package as marks. */
const codeOf = (text: string): string =>
  text.replace(noCode, (piece) => (door.test(piece) ? mark : ' ').repeat(piece.length));

/** Names that are imported from the package: of `{ createRun as begin }` the second, of `* as train` with the call's dot. */
function namesIn(code: string): string[] {
  const names: string[] = [];
  for (const [, type, clause] of code.matchAll(
    new RegExp(`\\bimport(\\s+type\\b)?\\s*([^;'"()${mark}]*?)\\s*\\bfrom\\s*${mark}`, 'g'),
  )) {
    if (type === undefined) names.push(...boundNames(clause!, 'as'));
  }
  for (const [, clause] of code.matchAll(
    new RegExp(
      `\\b(?:const|let|var)\\s+([^=;]*?)\\s*=\\s*(?:await\\s+import|require)\\s*\\(\\s*${mark}`,
      'g',
    ),
  )) {
    names.push(...boundNames(clause!, ':'));
  }
  return names;
}

/** @param rename What stands between a name and the one that it gets: `as`, or a colon. */
function boundNames(clause: string, rename: 'as' | ':'): string[] {
  const all = /^\s*(?:\*\s*as\s+)?([\w$]+)\s*$/.exec(clause)?.[1];
  if (all !== undefined) return [`${all}.createRun`];
  const separator = rename === ':' ? '\\s*:\\s*' : '\\s+as\\s+';
  const one = new RegExp(`(?:^|[{,])\\s*createRun(?:${separator}([\\w$]+))?\\s*(?=[,}])`);
  const found = one.exec(clause);
  return found === null ? [] : [found[1] ?? 'createRun'];
}

/**
 * Where a program makes a run: the offset of its first call of `createRun` of `@kindling/train`; undefined where it makes none. Found
 * by how imports and calls are written, without a parser: a program that hands the function on is not recognised.
 */
export function findCreateRun(text: string): number | undefined {
  if (text.length > MAX_PROGRAM || !text.includes('createRun') || !text.includes('@kindling/train'))
    return undefined;
  const code = codeOf(text);
  const calls = namesIn(code).flatMap((name) => {
    const call = new RegExp(`(?<![\\w$.])${name.replaceAll(/[.$]/g, '\\$&')}\\s*\\(`).exec(code);
    return call === null ? [] : [call.index];
  });
  return calls.length === 0 ? undefined : Math.min(...calls);
}
