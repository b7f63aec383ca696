import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonSyntaxError, parseJsonDocument } from '../../src/experiment/json-document.ts';

const messageOf = (text: string): string => {
  try {
    parseJsonDocument(text, 'x.json');
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  return 'accepted';
};

test('gives the value that JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 2, '\t'), (text, indent) => {
      const value: unknown = JSON.parse(text);
      const spaced = JSON.stringify(value, null, indent);
      expect(JSON.stringify(parseJsonDocument(spaced, 'x').value)).toBe(JSON.stringify(value));
    }),
  );
});

test('accepts what JSON.parse accepts, and nothing else, but for keys given twice', () => {
  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"\\u00e9"',
      '"\\x"',
      '"\n"',
      '1',
      '-0',
      '01',
      '1.',
      '.5',
      '1e9',
      '1e',
    ],
    ...[
      'true',
      'null',
      'nul',
      'NaN',
      ' ',
      '\n',
      '\t',
      '\u00a0',
      "'a'",
      '//',
      '"',
      '\\',
      '\u007f',
      '"\u007f\u2028"',
    ],
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 7 }), (parts) => {
      const text = parts.join('');
      const ours = messageOf(text);
      if (ours.includes('each key once')) return;
      const theirs = (() => {
        try {
          return JSON.stringify(JSON.parse(text));
        } catch {
          return undefined;
        }
      })();
      expect(ours === 'accepted').toBe(theirs !== undefined);
      if (theirs === undefined) return;
      accepted++;
      expect(JSON.stringify(parseJsonDocument(text, 'x').value)).toBe(theirs);
    }),
    { numRuns: 5000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test.each([
  [
    '{ "a": 1, }',
    'x.json:1:11: expected a key in double quotes, got "}" (is the comma before it superfluous?)',
  ],
  ['{\n  "a": 1\n  "b": 2\n}', 'x.json:3:3: expected "," or "}" after an entry, got "b"'],
  ['{ "a" 1 }', 'x.json:1:7: expected ":" after "a", got "1"'],
  ['{ "a": }', 'x.json:1:8: expected a value for "a", got "}" (is the comma before it superfluous?)'],
  ['[1, 2', 'x.json:1:6: expected "," or "]" after an element, got the end of the text'],
  ['[1,]', 'x.json:1:4: expected an element, got "]" (is the comma before it superfluous?)'],
  ['', 'x.json:1:1: expected a value, got the end of the text'],
  ['{"a": 1} // no', 'x.json:1:10: expected the end of the text, got a comment, which JSON does not have'],
  ["{'a': 1}", "x.json:1:2: expected a key in double quotes, got a single quote (JSON's are double)"],
  ['{"a": nope}', 'x.json:1:7: expected a value for "a", got "nope"'],
  ['{"a": 1, "a": 2}', 'x.json:1:10: expected each key once, got "a" again'],
  [
    '["a\nb"]',
    'x.json:1:2: expected an element, got a string that does not end on its line, or has a bad escape in it',
  ],
])('%j is refused with its place', (text, message) => {
  expect(messageOf(text)).toBe(message);
});

describe('the start of a range', () => {
  const { rangeOf } = parseJsonDocument('{\r\n  "a": {\n    "b": [1,\n      { "c": 2 }]\n  }\n}', 'x.json');

  test.each([
    [[], { line: 1, column: 1 }, { line: 1, column: 1 }],
    [['a'], { line: 2, column: 3 }, { line: 2, column: 8 }],
    [['a', 'b'], { line: 3, column: 5 }, { line: 3, column: 10 }],
    [['a', 'b', 0], { line: 3, column: 11 }, { line: 3, column: 11 }],
    [['a', 'b', 1, 'c'], { line: 4, column: 9 }, { line: 4, column: 14 }],
  ])('of %j is that of its key or its value', (path, key, value) => {
    expect([rangeOf(path, 'key').start, rangeOf(path).start]).toEqual([key, value]);
  });

  test('of what is missing is where it would be', () => {
    expect(rangeOf(['a', 'b', 1, 'd', 'e']).start).toEqual(rangeOf(['a', 'b', 1]).start);
    expect(rangeOf(['z']).start).toEqual({ line: 1, column: 1 });
  });
});

test('a byte order mark is no part of the text', () => {
  const { value, rangeOf } = parseJsonDocument('\ufeff{"a": 1}', 'x.json');
  expect(value).toEqual({ a: 1 });
  expect(rangeOf(['a'], 'key').start).toEqual({ line: 1, column: 3 });
});

test('the key __proto__ is a key like any other', () => {
  const { value } = parseJsonDocument('{"__proto__": {"polluted": true}}', 'x.json');
  expect(Object.keys(value as object)).toEqual(['__proto__']);
  expect((value as { polluted?: boolean }).polluted).toBeUndefined();
});
