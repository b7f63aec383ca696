import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { emulator } from '../core/test/cuda/emulator.ts';

const conditions = ['@kindling/source'];

/** The programs of the chapters, on any engine. */
const chapters = 'test/chapters/*.test.ts';

/** Those that put another file system in place of Node's. */
const ofFileSystem = ['test/logger/disk.test.ts', 'test/run/files.test.ts'];

const isWasmBuilt = existsSync(new URL('../core/native/build/wasm/simd128.wasm', import.meta.url));

/** TensorFlow.js' engine in JavaScript takes most of a minute for the chapters: in the heavy run alone. */
const isQuick = process.env.KINDLING_TEST_CASES === undefined;

/** The tutorial programs on an engine of TensorFlow.js, which core's suites run on too. */
const onTensorflow = (engine: string) => ({
  extends: true as const,
  test: {
    name: `tfjs (${engine})`,
    include: ['test/tfjs/*.test.ts', ...(engine === 'cpu' && isQuick ? [] : [chapters])],
    setupFiles: [`../core/test/tfjs/${engine}.ts`],
    env: { KINDLING_TEST_DEVICES: 'tfjs' },
  },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['../../scripts/test-folder.mjs'],
    // A busy machine is slow.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A third of the time goes into loading the same modules for each file.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'cpu',
          include: ['test/**/*.test.ts'],
          exclude: ['test/tfjs/*.test.ts', ...ofFileSystem],
        },
      },
      { extends: true, test: { name: 'file system', include: ofFileSystem, isolate: true } },
      {
        // The compositions, where the native engine's kernels would answer for `cpu`.
        extends: true,
        test: {
          name: 'reference',
          include: ['test/*optimizers.test.ts', 'test/optimizers/*.test.ts', chapters],
          env: { KINDLING_BACKEND: 'reference' },
        },
      },
      ...(isWasmBuilt
        ? [
            {
              extends: true as const,
              test: { name: 'wasm', include: [chapters], env: { KINDLING_BACKEND: 'wasm' } },
            },
          ]
        : []),
      {
        // On the CUDA engine, whose kernels run on the processor.
        extends: true,
        test: {
          name: 'cuda (emulated)',
          include: [chapters],
          env: { KINDLING_CUDA_LIBRARY: emulator, KINDLING_TEST_DEVICES: 'cuda' },
          globalSetup: ['../core/test/cuda/build-emulator.ts'],
        },
      },
      onTensorflow('cpu'),
      onTensorflow('wasm'),
    ],
  },
});
