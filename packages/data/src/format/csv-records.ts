import { DataError } from '../data-error.ts';
import { quote } from '../quote.ts';

/** A row of fields, and the line it begins on, counted from 1. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly row: number;
}

const [newline, carriageReturn, space, doubleQuote] = [10, 13, 32, 34];

/**
 * The records of a CSV text one after the other, without blank lines. Quotes are taken off quoted fields.
 *
 * @throws DataError when a quoted field has no end, or more text behind it.
 */
export function* readRecords(
  text: string,
  delimiter: string,
  place: string,
): Generator<CsvRecord, undefined> {
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
    throw new DataError({
      place: 'delimiter',
      expected: 'one character other than a quote or a line end',
      got: quote(delimiter),
      hint: delimiter === '\\t' ? 'a tab is "\\t" in JSON and in JavaScript' : undefined,
    });
  }
  const separator = delimiter.charCodeAt(0);
  let at = 0;
  let row = 1;
  const isLineEnd = (code: number): boolean =>
    code === newline || code === carriageReturn || Number.isNaN(code);

  function quotedField(column: number): string {
    const begin = { place: `${place}, row ${row}, column ${column}` };
    let value = '';
    for (;;) {
      const close = text.indexOf('"', at + 1);
      if (close < 0)
        throw new DataError({ ...begin, expected: 'a closing quote', got: 'the end of the file' });
      value += text.slice(at + 1, close);
      at = close + 1;
      if (text.charCodeAt(at) !== doubleQuote) break;
      value += '"';
    }
    row += lineEnds(value);
    while (separator !== space && text.charCodeAt(at) === space) at++;
    const code = text.charCodeAt(at);
    if (!isLineEnd(code) && code !== separator) {
      throw new DataError({
        ...begin,
        expected: 'nothing between the closing quote and the next field',
        got: quote(text.slice(at, at + 20)),
      });
    }
    return value;
  }

  function plainField(): string {
    const start = at;
    for (let code = text.charCodeAt(at); !isLineEnd(code) && code !== separator; ) {
      code = text.charCodeAt(++at);
    }
    return text.slice(start, at);
  }

  while (at < text.length) {
    const begin = row;
    const recordStart = at;
    const fields: string[] = [];
    for (;;) {
      const start = at;
      while (separator !== space && text.charCodeAt(at) === space) at++;
      if (text.charCodeAt(at) === doubleQuote) fields.push(quotedField(fields.length + 1));
      else {
        at = start;
        fields.push(plainField());
      }
      if (text.charCodeAt(at) !== separator) break;
      at++;
    }
    const blank = fields.length === 1 && text.slice(recordStart, at).trim() === '';
    at += text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === newline ? 2 : 1;
    row++;
    if (!blank) yield { fields, row: begin };
  }
  return undefined;
}

const lineEnds = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;
