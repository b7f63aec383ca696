import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['../../scripts/test-folder.mjs', 'test/process/build-once.ts'],
    // Tests that run the built command line in their own process import it as it is.
    server: { deps: { external: [/\/apps\/cli\/dist\//] } },
    // A busy machine is slow.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Most of the time would go into loading the same modules for each file.
    isolate: false,
    // Tests mostly wait for processes.
    maxWorkers: '100%',
  },
});
