import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { emulator } from './test/cuda/emulator.ts';

/** Suites that hold on any device. */
const onAnyDevice = [
  'test/golden.test.ts',
  'test/gradcheck.test.ts',
  'test/autograd.test.ts',
  'test/autograd-hooks.test.ts',
  'test/derivatives.test.ts',
  'test/indices.test.ts',
  'test/integers.test.ts',
  'test/nn/*.test.ts',
];

/** The same, and what is told of TensorFlow.js alone, on one of its engines. */
const onTensorflow = (engine: string, setupFiles: readonly string[]) => ({
  extends: true as const,
  test: {
    name: `tfjs (${engine})`,
    include: [...onAnyDevice, 'test/tfjs/*.test.ts'],
    setupFiles: [...setupFiles],
    env: { KINDLING_TEST_DEVICES: 'tfjs', KINDLING_TFJS_ENGINE: engine },
  },
});

/** The same on the native engine's code as WebAssembly; what is slow, in the heavy run (KINDLING_TEST_CASES=10000) alone. */
const onWasm = {
  extends: true as const,
  test: {
    name: 'wasm',
    include: [
      ...onAnyDevice,
      'test/compile.test.ts',
      'test/repeat.test.ts',
      'test/native/{differential,sigmoid,threads,zeros}.test.ts',
      ...(process.env.KINDLING_TEST_CASES === undefined
        ? []
        : ['test/native/{fused,fused-pointwise,threads,tile-rows}.test.ts', 'test/fuzz/malformed.test.ts']),
    ],
    setupFiles: ['test/wasm/relaxed.ts'],
    env: { KINDLING_BACKEND: 'wasm' },
  },
};

/** Compiled functions there, where memory always has to be made room for. */
const onWasmShortOfMemory = {
  extends: true as const,
  test: {
    name: 'wasm (short of memory)',
    include: ['test/{captures,compile,compiled-*,repeat}.test.ts', 'test/native/tile-rows.test.ts'],
    setupFiles: ['test/wasm/relaxed.ts', 'test/wasm/short-of-memory.ts'],
    env: { KINDLING_BACKEND: 'wasm' },
  },
};

/** How that engine gets ready, and what it does with memory and threads: each file in a process of its own. */
const ofWasmItself = {
  extends: true as const,
  test: {
    name: 'wasm (engine)',
    isolate: true,
    include: ['test/wasm/*.test.ts'],
    setupFiles: ['test/wasm/relaxed.ts'],
    env: { KINDLING_BACKEND: 'wasm' },
  },
};

/** The CUDA engine, whose kernels run on the processor. */
const emulated = {
  env: { KINDLING_CUDA_LIBRARY: emulator, KINDLING_TEST_DEVICES: 'cuda' },
  globalSetup: ['test/cuda/build-emulator.ts'],
  setupFiles: ['test/cuda/default-device.ts'],
};

/** The same on it. */
const onCuda = {
  extends: true as const,
  test: {
    ...emulated,
    name: 'cuda (emulated)',
    include: [...onAnyDevice, 'test/compile.test.ts', 'test/repeat.test.ts'],
    // Central differences take the emulator minutes; the golden cases hold its gradients in the quick run.
    exclude: process.env.KINDLING_TEST_CASES === undefined ? ['test/gradcheck.test.ts'] : [],
  },
};

/** What its driver does where it fails: each file in a process of its own. */
const ofCudaItself = {
  extends: true as const,
  test: { ...emulated, name: 'cuda (driver)', isolate: true, include: ['test/cuda/*.test.ts'] },
};

const isWasmBuilt = existsSync(new URL('native/build/wasm/simd128.wasm', import.meta.url));
if (!isWasmBuilt)
  console.warn('tests of the engine as WebAssembly left out: it is not built (npm run build says why)');

/** Where `npm run test:tfjs` has set up @tensorflow/tfjs-node with a TensorFlow. The workspace installs none. */
const isBindingThere = Boolean(process.env.KINDLING_TEST_TFJS);

const conditions = ['@kindling/source'];

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
          name: 'cpu',
          include: ['test/**/*.test.ts'],
          exclude: ['test/tfjs/*.test.ts', 'test/cuda/*.test.ts', 'test/wasm/*.test.ts'],
        },
      },
      {
        // The specification itself, where the native engine would answer for `cpu`.
        extends: true,
        test: {
          name: 'reference',
          include: [...onAnyDevice, 'test/losses/*.test.ts'],
          env: { KINDLING_BACKEND: 'reference' },
        },
      },
      ...(isWasmBuilt ? [onWasm, onWasmShortOfMemory, ofWasmItself] : []),
      onCuda,
      ofCudaItself,
      onTensorflow('cpu', ['test/tfjs/cpu.ts', 'test/tfjs/default-device.ts']),
      onTensorflow('wasm', ['test/tfjs/wasm.ts', 'test/tfjs/default-device.ts']),
      ...(isBindingThere ? [onTensorflow('node', ['test/tfjs/binding.ts'])] : []),
    ],
  },
});
