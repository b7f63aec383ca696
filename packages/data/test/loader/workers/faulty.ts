import { DataError } from '../../../src/data-error.ts';

/** Samples that go wrong, each in its way. */
export default {
  length: 10,
  get(i: number): unknown {
    if (i === 2) throw new DataError({ place: '2.png', expected: 'an image', got: 'none', hint: 'draw it' });
    if (i === 4) throw new RangeError('four is too much');
    if (i === 5) return () => 'no data';
    if (i === 7) return [1, 2];
    if (i === 8) process.exit(3);
    return [i];
  },
};
