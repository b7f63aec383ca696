import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['../scripts/test-folder.mjs'],
    include: ['test/**/*.test.ts'],
    // Processes are slow to start where the machine is busy.
    testTimeout: 240_000,
    // Most of the time would go into loading the same modules for each file.
    isolate: false,
  },
});
