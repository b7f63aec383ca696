import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // A busy machine is slow.
  test: {
    globalSetup: ['../../scripts/test-folder.mjs'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Most of the time would go into loading the same modules for each file.
    isolate: false,
  },
});
