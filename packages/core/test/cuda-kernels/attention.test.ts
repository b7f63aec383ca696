import { describe, test } from 'vitest';
import { property } from '../native/fused-case.ts';
import { attentionCase, packedCase } from '../random-calls/attention.ts';
import { cuda } from './engine.ts';

describe.skipIf(cuda === undefined)('attention agrees with its composition', () => {
  test('of any layout, with and without masks', () => property(attentionCase, 12, cuda));
  test('of queries, keys and values side by side', () => property(packedCase, 6, cuda));
});
