/**
 * Characters that make a terminal do something instead of showing something: controls (ESC and the C1 set begin sequences),
 * line ends other than \n, marks that turn the direction of writing, and halves of a character.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Colors and weights of letters (ECMA-48, SGR), without what hides text or blinks. */
const style = String.raw`\x1b\[(?:(?:[012]|22|3[1-79]|4[1-79]|[34]8;5;\d{1,3})(?:;(?=\d)|(?=m)))*m`;
const unsafeButStyle = new RegExp(`(${style})|${unsafe.source}`, 'gu');

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\r') return '\\r';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** Text that a terminal shows and does not obey: what it would obey is written out, as in `\x1b[31m`. */
export const safeText = (text: string): string => text.replace(unsafe, escaped);

/** {@link safeText} on one line. */
export const safeLine = (text: string): string =>
  safeText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** {@link safeText} that keeps colors and weights, which end with the text. */
export function safeStyledText(text: string): string {
  let isStyled = false;
  const safe = text.replace(unsafeButStyle, (character, kept: string | undefined) => {
    isStyled ||= kept !== undefined;
    return kept ?? escaped(character);
  });
  return isStyled && !safe.endsWith('\x1b[0m') ? `${safe}\x1b[0m` : safe;
}

/** JSON in which strings hold nothing that a terminal obeys. JSON's own escapes cover the controls below 0x20 only. */
export const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
