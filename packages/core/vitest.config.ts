import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // A busy machine is slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'cpu', include: ['test/**/*.test.ts'] } },
      {
        // The specification itself, where the native engine would answer for `cpu`.
        extends: true,
        test: {
          name: 'reference',
          include: [
            'test/golden.test.ts',
            'test/gradcheck.test.ts',
            'test/autograd.test.ts',
            'test/nn/*.test.ts',
          ],
          env: { KINDLING_BACKEND: 'reference' },
        },
      },
    ],
  },
});
