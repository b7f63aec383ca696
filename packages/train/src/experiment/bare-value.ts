/** A decimal number in the spellings of people and of Python, with any dash for the minus. */
const decimal = /^([+\-\u2212\u2013\u2014]?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** Words separated by commas, in brackets: a list whose quotes a shell has taken away. */
const bareList = /^\[([^[\]{}"']*)\]$/;

/**
 * A value as it is written on a command line: JSON, or what is as clear without being JSON. `.5`, `1.`, `+0.1` and `–0.1` are
 * numbers, `True` is true, `[loss, accuracy]` is a list of words, and `'adam'` is text, as is everything else.
 */
export function readBareValue(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return readOther(written);
  }
}

function readOther(written: string): unknown {
  const text = written.trim();
  const [, sign, digits] = decimal.exec(text) ?? [];
  if (digits !== undefined) return (sign === '' || sign === '+' ? 1 : -1) * Number(digits);
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const list = bareList.exec(text)?.[1];
  if (list !== undefined)
    return list.trim() === '' ? [] : list.split(',').map((item) => readBareValue(item.trim()));
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  return written;
}
