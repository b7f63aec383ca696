import { KindlingError, ones } from '@kindling/core';
import { describe, test } from 'vitest';
import { callsOf, expectAnswers } from '../../core/test/hostile.ts';
import * as data from '../src/index.ts';

const before = (): readonly (readonly unknown[])[] => [
  [],
  [{ length: 2, get: (i: number) => i }],
  [ones([2, 2])],
  [new Uint8Array(3), 'place'],
  ['text', 'place'],
];

/** Made by functions alone, with arguments that those have checked; and what changes all that follows. */
const leftOut = ['ImageFolder', 'SeriesWindows', 'TextWindows', 'setDataMirror'];

describe('a call with a hostile argument gives a result or an error of this package', () => {
  test.each(callsOf('', data, (name) => !leftOut.includes(name)))('%s', (_, call) =>
    expectAnswers(call, before, [KindlingError]),
  );
});
