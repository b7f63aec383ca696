import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const emulator = fileURLToPath(
  new URL('../../../core/cuda/emulator/build/libcuda-emulator.so', import.meta.url),
);
const source = fileURLToPath(new URL('stand-in.cpp', import.meta.url));
const flags = ['-std=c++20', '-O1', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror'];

/** A library in the place of NCCL's, for an emulated driver. */
export interface StandIn {
  /** What leads to both; for the processes of a launcher too. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

/** Why there is none, if so. */
export const noStandIn = ((): string | undefined => {
  if (!existsSync(emulator)) return 'no emulated CUDA driver (node packages/core/cuda/emulator/build.mjs)';
  const { status } = spawnSync('g++', ['--version']);
  return status === 0 ? undefined : 'no g++';
})();

export function buildStandIn(): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-nccl-'));
  const library = join(folder, 'libnccl.so.2');
  const { status, stderr } = spawnSync('g++', [...flags, source, '-o', library, '-ldl'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return {
    environment: {
      KINDLING_CUDA_LIBRARY: emulator,
      KINDLING_EMULATOR_DEVICES: '4',
      KINDLING_NCCL: library,
      STAND_IN_FOLDER: folder,
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
