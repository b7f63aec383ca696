import { defineConfig } from 'vitest/config';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Processes are slow to start where the machine is busy.
  test: { include: ['test/**/*.test.ts'], testTimeout: 240_000 },
});
