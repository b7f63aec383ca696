import { defineConfig } from 'vitest/config';

// Of the packed extension in a real VS Code: `npm run test:vscode` packs it and names the programs.
export default defineConfig({
  test: {
    globalSetup: ['test/e2e/driver/setup.ts'],
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    // A busy machine draws late.
    expect: { poll: { timeout: 90_000, interval: 100 } },
  },
});
