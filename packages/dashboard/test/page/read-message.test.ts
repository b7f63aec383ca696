import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMessage, readText } from '../../src/page/channel/read-message.ts';
import { encodeColumn } from '../../src/protocol.ts';

test('a message of text and one of objects', () => {
  const column = Float64Array.of(1, Number.NaN);
  const message = (values: unknown) => ({
    type: 'progress',
    run: 'a',
    steps: { from: 0, length: 2, columns: { step: values } },
  });
  expect(readText(JSON.stringify(message(encodeColumn(column))))).toEqual({ message: message(column) });
  expect(readMessage(message(column))).toEqual({ message: message(column) });
});

test('what cannot be read is named, whatever it is', () => {
  expect(readText('{')).toMatchObject({
    problem: expect.stringMatching(/^expected JSON from the host, got \{/),
  });
  expect(readMessage({ type: 'runs' })).toMatchObject({
    problem: expect.stringMatching(/^message runs of the host: /),
  });
  expect(readMessage(null)).toMatchObject({
    problem: expect.stringMatching(/^message without a type of the host/),
  });
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ type: fc.constantFrom('snapshot', 'progress', 'answer') })),
      (data) => {
        const read = readMessage(data);
        expect('problem' in read || 'message' in read).toBe(true);
      },
    ),
  );
});
