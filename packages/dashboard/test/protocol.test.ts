import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatHostMessage,
  type HostMessage,
  hostMessageSchema,
  PROTOCOL_VERSION,
  pageMessageSchema,
} from '../src/protocol.ts';

/** As a host sends it that has nothing but text. */
const throughText = (message: HostMessage): HostMessage =>
  hostMessageSchema.parse(JSON.parse(formatHostMessage(message)));

const progress = (values: Float64Array): HostMessage => ({
  type: 'progress',
  run: 'xor',
  steps: { from: 0, length: values.length, columns: { step: values } },
});

test('a column keeps its bits as an object and as text', () => {
  fc.assert(
    fc.property(fc.float64Array({ maxLength: 3000 }), (values) => {
      const message = progress(values);
      expect(hostMessageSchema.parse(message)).toEqual(message);
      expect(throughText(message)).toEqual(message);
    }),
    { numRuns: 50 },
  );
});

test('numbers that JSON lacks pass in metrics and samples', () => {
  const runs: HostMessage = {
    type: 'runs',
    changed: [
      {
        id: 'sweep/a',
        name: 'a',
        state: 'diverged',
        settings: { 'optimizer.lr': '0.1' },
        metrics: { loss: { last: Number.NaN, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY } },
        note: '',
        tags: [],
      },
    ],
    removed: [],
  };
  expect(hostMessageSchema.parse(runs)).toEqual(runs);
  expect(throughText(runs)).toEqual(runs);
  const sample: HostMessage = {
    type: 'progress',
    run: 'a',
    samples: {
      from: 0,
      items: [
        {
          type: 'sample',
          kind: 'gradientNorms',
          epoch: 0,
          step: 1,
          time: 0,
          parameters: ['0.weight'],
          norms: [Number.NaN],
        },
      ],
    },
  };
  expect(throughText(sample)).toEqual(sample);
});

test.each([
  [
    'columns of another length',
    {
      ...progress(new Float64Array(2)),
      steps: { from: 0, length: 3, columns: { step: new Float64Array(2) } },
    },
  ],
  [
    'text that is no base64',
    { ...progress(new Float64Array(0)), steps: { from: 0, length: 1, columns: { step: { float64: '!' } } } },
  ],
  [
    'a position before the first',
    { ...progress(new Float64Array(0)), steps: { from: -1, length: 0, columns: {} } },
  ],
  [
    'another version',
    {
      type: 'snapshot',
      version: PROTOCOL_VERSION + 1,
      folder: '',
      actions: [],
      canAnnotate: false,
      runs: [],
    },
  ],
  ['an unknown message', { type: 'hello' }],
])('%s is refused', (_, message) => {
  expect(hostMessageSchema.safeParse(message).success).toBe(false);
});

test('a page asks for what exists', () => {
  expect(pageMessageSchema.safeParse({ type: 'act', request: 1, action: 'stop', run: 'a' }).success).toBe(
    true,
  );
  for (const message of [
    { type: 'act', request: 1, action: 'format', run: 'a' },
    { type: 'act', request: 1.5, action: 'stop', run: 'a' },
    { type: 'ready', version: 0 },
    { type: 'follow', runs: [''] },
    { type: 'annotate', request: 0, run: 'a', note: 'x'.repeat(10_001), tags: [] },
    { type: 'report', problem: 'x'.repeat(1001) },
  ]) {
    expect(pageMessageSchema.safeParse(message).success).toBe(false);
  }
});
