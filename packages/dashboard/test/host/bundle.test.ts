import { test } from 'vitest';
import { expectEngineFree } from '../../../train/test/run/engine-free.ts';

test('the host bundles without an engine: of core it takes error classes alone', async () => {
  await expectEngineFree(new URL('../../src/host.ts', import.meta.url), [
    'packages/data',
    'packages/train',
    'packages/dashboard',
  ]);
});
