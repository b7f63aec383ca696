import { PassThrough } from 'node:stream';
import { progressText, safeJson, safeLine, safeStyledText, safeText } from '@kindling/train/internal/console';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutput } from '../../src/terminal/output.ts';
import { table } from '../../src/terminal/table.ts';
import { hanging } from '../../src/terminal/text.ts';

/** Whether a terminal would do more with a text than show it. */
const isObeyed = (text: string): boolean =>
  /[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u.test(text);

const hostile = [
  '\x1b[31m',
  '\x1b]0;title\x07',
  '\x1b[2J',
  '\x9b31m',
  '\x90q',
  '\r',
  '\b',
  '\x7f',
  '\u202e',
  '\u2066',
  '\ud800',
  '\x1b]52;c;aGk=\x07',
  '\x1b[8m',
  '\x1b[1;8m',
  '\x1b[5m',
];
const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostile)))
  .map((parts) => parts.join(''));

test('nothing in a text is obeyed, and what was there is to be seen', () => {
  expect(safeText('a\x1b[31mb\rc\u202ed\te\n')).toBe('a\\x1b[31mb\\rc\\u202ed\te\n');
  expect(safeLine('a\nb\tc')).toBe('a\\nb\\tc');
  expect(safeText('키우다 é 👩‍🔬 –0.1')).toBe('키우다 é 👩‍🔬 –0.1');
  fc.assert(
    fc.property(text, (any) => {
      expect(isObeyed(safeText(any))).toBe(false);
    }),
  );
});

test('colours are kept, alone, and end with the text', () => {
  expect(safeStyledText('\x1b[1mbold\x1b[22m \x1b[38;5;12mblue')).toBe(
    '\x1b[1mbold\x1b[22m \x1b[38;5;12mblue\x1b[0m',
  );
  for (const sequence of hostile.filter((each) => each !== '\x1b[31m')) {
    expect(safeStyledText(`a${sequence}b`), JSON.stringify(sequence)).not.toContain(sequence);
  }
  fc.assert(
    fc.property(text, (any) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
      expect(isObeyed(safeStyledText(any).replace(/\x1b\[[0-9;]*m/g, ''))).toBe(false);
    }),
  );
});

test('JSON keeps its meaning', () => {
  fc.assert(
    fc.property(fc.jsonValue(), text, (value, any) => {
      const name = any.replace(/\p{Surrogate}/gu, '?');
      const record = { [name]: name, value };
      const json = safeJson(JSON.stringify(record));
      expect(isObeyed(json)).toBe(false);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

describe.each([true, false])('output, on a terminal: %s', (isTTY) => {
  const written = (write: (output: ReturnType<typeof createOutput>) => void, json = false): string => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()].map((stream) =>
      Object.assign(stream, { isTTY }),
    );
    write(createOutput({ json, stdout: stdout!, stderr: stderr!, env: {} }));
    return `${stdout!.read() ?? ''}${stderr!.read() ?? ''}`;
  };
  const name = hostile.join('x');

  test.each<[string, (output: ReturnType<typeof createOutput>) => void]>([
    ['a note', (output) => output.note(name)],
    ['a table', (output) => output.print(table([name], [[name], [1]], output))],
    ['text behind a label', (output) => output.print(hanging('label  ', name, 40))],
  ])('%s with a hostile name', (_, write) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the table's own
    const plain = written(write).replace(/\x1b\[(1|22|0)m/g, '');
    expect(isObeyed(plain)).toBe(false);
  });

  test('text and records', () => {
    expect(isObeyed(written((output) => output.emit({ name }), true))).toBe(false);
    const shown = written((output) => output.print(name));
    for (const sequence of ['\x1b[2J', '\x1b]', '\x9b', '\r', '\x1b[8m'])
      expect(shown).not.toContain(sequence);
    if (!isTTY) expect(isObeyed(shown)).toBe(false);
  });
});

test('a progress line with a hostile name', () => {
  const line = progressText({ label: hostile.join(''), done: 1, facts: [hostile.join('')] }, 1000);
  expect(isObeyed(line)).toBe(false);
});
