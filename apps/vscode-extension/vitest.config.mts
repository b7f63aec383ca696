import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: {
    conditions,
    // Outside of VS Code there is no such module.
    alias: { vscode: join(import.meta.dirname, 'test', 'fake', 'vscode.ts') },
  },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['../../scripts/test-folder.mjs'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most of the time would go into loading the same modules for each file.
    isolate: false,
  },
});
