import { test } from 'vitest';
import { expectEngineFree } from '../../../packages/train/test/run/engine-free.ts';

test('the extension bundles without an engine: of core it takes error classes alone', async () => {
  const folders = ['packages/data', 'packages/train', 'packages/dashboard', 'apps/vscode-extension'];
  await expectEngineFree(new URL('../src/extension.ts', import.meta.url), folders, ['vscode']);
});
