import { DataError } from '../data-error.ts';

/** A row of fields, and the line it begins on, counted from 1. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly row: number;
}

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
      expected: 'one character that is no quote or line end',
      got: JSON.stringify(delimiter),
    });
  }
  let at = 0;
  let row = 1;
  const isEnd = (char: string | undefined): boolean => char === undefined || char === '\n' || char === '\r';

  function quotedField(column: number): string {
    const begin = { place: `${place}, row ${row}, column ${column}` };
    let value = '';
    for (;;) {
      const close = text.indexOf('"', at + 1);
      if (close < 0)
        throw new DataError({ ...begin, expected: 'a closing quote', got: 'the end of the file' });
      value += text.slice(at + 1, close);
      at = close + 1;
      if (text[at] !== '"') break;
      value += '"';
    }
    row += lineEnds(value);
    while (text[at] === ' ') at++;
    if (!isEnd(text[at]) && text[at] !== delimiter) {
      const rest = JSON.stringify(text.slice(at, at + 20));
      throw new DataError({
        ...begin,
        expected: 'nothing between the closing quote and the next field',
        got: rest,
      });
    }
    return value;
  }

  function plainField(): string {
    const start = at;
    while (!isEnd(text[at]) && text[at] !== delimiter) at++;
    return text.slice(start, at);
  }

  while (at < text.length) {
    const begin = row;
    const recordStart = at;
    const fields: string[] = [];
    for (;;) {
      const start = at;
      while (text[at] === ' ') at++;
      if (text[at] === '"') fields.push(quotedField(fields.length + 1));
      else {
        at = start;
        fields.push(plainField());
      }
      if (text[at] !== delimiter) break;
      at++;
    }
    const blank = text.slice(recordStart, at).trim() === '';
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
    row++;
    if (!blank) yield { fields, row: begin };
  }
  return undefined;
}

const lineEnds = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;
