import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatShareHash, parseShareHash } from '../src/page/share/share-link.ts';

test('a program goes through an address', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 500 }), async (program) => {
      const hash = await formatShareHash(program);
      expect(hash).toMatch(/^#program=[\w-]*$/);
      expect(await parseShareHash(hash)).toBe(program);
    }),
  ));

test('anything else is no program', async () => {
  expect(await parseShareHash('')).toBeUndefined();
  expect(await parseShareHash('#section')).toBeUndefined();
  expect(await parseShareHash('#program=!!')).toBeUndefined();
  expect(await parseShareHash('#program=AAAA')).toBeUndefined();
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      await parseShareHash(`#program=${text}`);
    }),
  );
});

test('what unpacks to more than a program is given up', async () => {
  const hash = await formatShareHash('x'.repeat(10_000_000));
  expect(hash.length).toBeLessThan(20_000);
  expect(await parseShareHash(hash)).toBeUndefined();
});
