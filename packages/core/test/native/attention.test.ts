import { describe, expect, test } from 'vitest';
import { attentionCase, packedCase } from '../random-calls/attention.ts';
import { nativeWithExactMemory as native } from './engine.ts';
import { property } from './fused-case.ts';

// Scores stay small, as differences of rounded exponentials of large ones grow with them.
describe.skipIf(native === undefined)('attention agrees with its composition', () => {
  test('of any layout, with and without masks', () => property(attentionCase, 120));
  test('of queries, keys and values side by side', () => property(packedCase, 60));
});

test.skipIf(native === undefined)('the engine has the kernels', () => {
  expect(native!.supports('scaledDotProductAttention')).toBe(true);
  expect(native!.supports('scaledDotProductAttentionBackward')).toBe(true);
});
