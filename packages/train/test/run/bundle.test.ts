import { test } from 'vitest';
import { expectEngineFree } from './engine-free.ts';

test('the door for the folders of runs bundles without an engine: of core it takes error classes alone', async () => {
  await expectEngineFree(new URL('../../src/runs.ts', import.meta.url), ['packages/data', 'packages/train']);
});
