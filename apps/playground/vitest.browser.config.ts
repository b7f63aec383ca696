import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

// Of the page as it is built, in Chromium; `npm run test:browser` builds it before.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    // A busy machine draws late.
    expect: { poll: { timeout: 60_000 } },
  },
});
