import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

/** Those that put another file system in place of Node's. */
const ofFileSystem = ['test/lock/faults.test.ts'];

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
      { extends: true, test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ofFileSystem } },
      { extends: true, test: { name: 'file system', include: ofFileSystem, isolate: true } },
    ],
  },
});
