import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

/** Those that put a module of their own in place of another. */
const withMocks = ['test/host/polling.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['../../scripts/test-folder.mjs'],
    // A busy machine is slow.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Most of the time would go into loading the same modules for each file.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', ...withMocks],
        },
      },
      { extends: true, test: { name: 'mocks', include: withMocks, isolate: true } },
    ],
  },
});
