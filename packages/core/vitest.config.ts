import { defineConfig } from 'vitest/config';
import { emulator } from './test/cuda/emulator.ts';

const conditions = ['@kindling/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'cpu', include: ['test/**/*.test.ts'], exclude: ['test/cuda/*.test.ts'] },
      },
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
      {
        // The same on the CUDA engine, whose kernels run on the processor.
        extends: true,
        test: {
          name: 'cuda (emulated)',
          include: [
            'test/golden.test.ts',
            'test/gradcheck.test.ts',
            'test/autograd.test.ts',
            'test/compile.test.ts',
            'test/repeat.test.ts',
            'test/nn/*.test.ts',
            'test/cuda/*.test.ts',
          ],
          env: { KINDLING_CUDA_LIBRARY: emulator, KINDLING_TEST_DEVICES: 'cuda' },
          globalSetup: ['test/cuda/build-emulator.ts'],
          testTimeout: 60_000,
          setupFiles: ['test/cuda/default-device.ts'],
        },
      },
    ],
  },
});
