// Declaration files as statements: text that the compiler wrote, so brackets match and every statement has its end.

const open = '([{';
const close = ')]}';

/**
 * The statements of a declaration file, or the members of a class or interface, each with the comment in front of it.
 *
 * @returns {{ source: string, comment: string }[]}
 */
export function statements(text) {
  const found = [];
  let comment = '';
  let source = '';
  let depth = 0;
  const end = () => {
    if (source.trim() !== '') found.push({ source: source.trim(), comment });
    source = '';
    comment = '';
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (text.startsWith('/*', at)) {
      const after = text.indexOf('*/', at) + 2;
      // Those within a statement belong to its members.
      if (depth > 0) source += text.slice(at, after);
      else if (source.trim() === '') comment = text.slice(at, after);
      at = after - 1;
    } else if (text.startsWith('//', at))
      at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    else if (letter === "'" || letter === '"') {
      const after = text.indexOf(letter, at + 1) + 1;
      source += text.slice(at, after);
      at = after - 1;
    } else {
      if (letter !== ';' || depth > 0) source += letter;
      if (open.includes(letter)) depth++;
      if (close.includes(letter)) depth--;
      const isBlock =
        letter === '}' &&
        /^\s*(?:export\s+)?(?:declare\s+)?(?:abstract\s+)?(?:class|interface|namespace|enum)\b/.test(source);
      if (depth === 0 && (letter === ';' || isBlock)) end();
    }
  }
  end();
  return found;
}
