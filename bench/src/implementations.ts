import { join } from 'node:path';
import type { Family } from './families.ts';
import { packageRoot } from './package-root.ts';
import type { Launch } from './process/peer-process.ts';
import { pythonRemedy } from './python.ts';
import type { ChapterName, Task } from './task.ts';
import type { Step } from './workload.ts';

/** A library with settings, in a process of its own: a row for each in the results, a column for each family in the table. */
export interface Implementation {
  /** Unique: the family and the setting. */
  readonly name: string;
  /** Implementations that differ in their settings alone; the table shows the best of them. */
  readonly family: Family;
  /** What tells it from others of its family; empty where it is alone. `2t`: two threads. */
  readonly setting: string;
  /** Name that `--peers` takes. */
  readonly peer: PeerName;
  /** How many threads it may use. */
  readonly threads: number;
  readonly kinds: readonly Task['kind'][];
  readonly launch: Launch;
  /** How many processes it is made of, which share each batch. Left out, one. */
  readonly processes?: number;
  /** Whether it runs in a page of a browser, which a process drives. */
  readonly isPage?: true;
  /** Whether it is another layout of images, for steps that have some. */
  readonly isForImages?: true;
  /** What to do where it does not start. */
  readonly remedy?: string;
}

export const peerNames = [
  'kindling',
  'kindling-wasm',
  'kindling-mpi',
  'pytorch',
  'pytorch-compiled',
  'pytorch-ddp',
  'jax',
  'jax-loop',
  'tfjs-node',
  'tfjs-cpu',
  'tfjs-wasm',
  'jax-js',
  'kindling-wasm-chromium',
  'tfjs-wasm-chromium',
  'jax-js-chromium',
  'machine',
] as const;
export type PeerName = (typeof peerNames)[number];

const imagePrograms: readonly ChapterName[] = ['mnist-lenet', 'mnist-cnn', 'mnist-resnet'];

/** Whether a step takes images with channels. */
const hasImages = (step: Step | undefined): boolean =>
  step?.kind === 'convolution' || (step?.kind === 'chapter' && imagePrograms.includes(step.program));

/**
 * Whether it can take a step, or start without one. Several processes take steps that are to be shared by as many, other layouts of
 * images those that have some.
 */
export const canTake = ({ kinds, processes, isForImages }: Implementation, step: Step | undefined): boolean =>
  kinds.includes(step?.kind ?? 'training') &&
  (processes === undefined || (step?.kind === 'training' && step.processes === processes)) &&
  (isForImages === undefined || hasImages(step));

const computing: readonly Task['kind'][] = ['training', 'product', 'pointwise', 'softmax'];
/** What has convolutions, recurrence and attention. */
const withChapters: readonly Task['kind'][] = [...computing, 'chapter', 'convolution'];

const worker = (...args: string[]): Launch => ({
  command: process.execPath,
  args: [join(packageRoot, 'dist', 'worker.js'), ...args],
});

function implementation(
  family: Family,
  setting: string,
  rest: Omit<Implementation, 'name' | 'family' | 'setting'>,
): Implementation {
  return { name: `${family} ${setting}`.trim(), family, setting, ...rest };
}

/** Each mode of Kindling. Operations alone are the same in all modes. */
function kindling(threads: number): Implementation[] {
  const modes: readonly (readonly [mode: string, Family, kinds: readonly Task['kind'][]])[] = [
    ['eager', 'Kindling eager', [...withChapters, 'log', 'read']],
    ['compile', 'Kindling compile', ['training']],
    ['trainer', 'Kindling Trainer', ['training', 'chapter']],
  ];
  return modes.map(([mode, family, kinds]) =>
    implementation(family, `${threads}t`, {
      peer: 'kindling',
      threads,
      kinds,
      launch: { ...worker('kindling', mode), env: { KINDLING_NUM_THREADS: String(threads) } },
    }),
  );
}

/** The same engine as WebAssembly, on threads of Node.js. */
const kindlingWasm = (threads: number): Implementation =>
  implementation('Kindling wasm', `${threads}t`, {
    peer: 'kindling-wasm',
    threads,
    kinds: withChapters,
    launch: {
      ...worker('kindling', 'trainer'),
      env: { KINDLING_BACKEND: 'wasm', KINDLING_NUM_THREADS: String(threads) },
    },
  });

/** Processes of one thread each that Open MPI starts; the first one is driven. */
const kindlingMpi: Implementation = implementation('Kindling MPI', '2p', {
  peer: 'kindling-mpi',
  threads: 1,
  processes: 2,
  kinds: ['training'],
  launch: {
    command: 'mpirun',
    args: ['-n', '2', process.execPath, join(packageRoot, 'dist', 'several.js')],
    env: {
      KINDLING_NUM_THREADS: '1',
      OMPI_ALLOW_RUN_AS_ROOT: '1',
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
      OMPI_MCA_rmaps_base_oversubscribe: '1',
    },
    signal: 'SIGTERM',
  },
  remedy: 'Open MPI has mpirun (Debian: openmpi-bin)',
});

/** The library in a page of Chromium, on the engine that it has there. */
const inChromium = (family: Family, peer: PeerName, ...args: string[]): Implementation =>
  implementation(family, '', {
    peer,
    threads: 1,
    kinds: ['training'],
    isPage: true,
    launch: {
      command: process.execPath,
      args: [join(packageRoot, 'dist', 'driver.js'), ...args],
      signal: 'SIGTERM',
    },
  });

const script = (python: string, file: string, mode: string, threads: number, ...rest: string[]): Launch => ({
  command: python,
  args: [join(packageRoot, 'peers', file), mode, String(threads), ...rest],
});

/**
 * PyTorch eager and compiled; where there are images, also with those laid out as channels_last. Its setting for threads reaches
 * MKL; other matrix libraries read the environment.
 */
function pytorch(python: string, threads: number): Implementation[] {
  const count = String(threads);
  const env = { OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count };
  const common = { threads, remedy: pythonRemedy };
  const layouts = [
    { layout: 'contiguous', setting: `${threads}t`, own: common },
    {
      layout: 'channels_last',
      setting: `${threads}t channels_last`,
      own: { ...common, isForImages: true },
    },
  ] as const;
  return layouts.flatMap(({ layout, setting, own }) => [
    implementation('PyTorch eager', setting, {
      ...own,
      peer: 'pytorch',
      kinds: withChapters,
      launch: { ...script(python, 'pytorch.py', 'eager', threads, layout), env },
    }),
    implementation('PyTorch compiled', setting, {
      ...own,
      peer: 'pytorch-compiled',
      kinds: ['training', 'chapter'],
      launch: {
        ...script(python, 'pytorch.py', 'compiled', threads, layout),
        // It compiles in the process itself: idle helpers would be in the way of the others.
        env: { ...env, TORCHINDUCTOR_COMPILE_THREADS: '1' },
      },
    }),
  ]);
}

/** PyTorch's DistributedDataParallel over gloo, in processes of one thread each; the first one is driven. */
const pytorchDdp = (python: string): Implementation =>
  implementation('PyTorch DDP', '2p', {
    peer: 'pytorch-ddp',
    threads: 1,
    processes: 2,
    kinds: ['training'],
    launch: {
      command: python,
      args: [join(packageRoot, 'peers', 'pytorch.py'), 'ddp', '2'],
      env: { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    },
    remedy: pythonRemedy,
  });

/** JAX, a compiled step and a compiled loop. Its compiler uses one thread for each core of the process, or PJRT_NPROC. */
function jax(python: string, threads: number): Implementation[] {
  const env = {
    JAX_PLATFORMS: 'cpu',
    PJRT_NPROC: String(threads),
    ...(threads === 1 ? { XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false' } : {}),
  };
  const common = { threads, remedy: pythonRemedy };
  return [
    implementation('JAX step', `${threads}t`, {
      ...common,
      peer: 'jax',
      kinds: withChapters,
      launch: { ...script(python, 'jax_xla.py', 'step', threads), env },
    }),
    implementation('JAX loop', `${threads}t`, {
      ...common,
      peer: 'jax-loop',
      kinds: ['training', 'chapter'],
      launch: { ...script(python, 'jax_xla.py', 'loop', threads), env },
    }),
  ];
}

/** TensorFlow.js on TensorFlow itself. */
function tfjsNode(threads: number): Implementation {
  const count = String(threads);
  return implementation('TF.js node', `${threads}t`, {
    peer: 'tfjs-node',
    threads,
    kinds: computing,
    launch: {
      ...worker('tfjs-node'),
      env: {
        TF_NUM_INTRAOP_THREADS: count,
        TF_NUM_INTEROP_THREADS: count,
        OMP_NUM_THREADS: count,
        TF_CPP_MIN_LOG_LEVEL: '2',
      },
    },
    remedy:
      'kindling tfjs setup makes one that loads, and KINDLING_BENCH_TFJS_NODE names the folder it is installed in',
  });
}

const alone = { threads: 1, kinds: computing };

/** All implementations. With two cores or more, those that can are taken with one and with two threads. */
export function implementations(python: string, cores: number): Implementation[] {
  const counts = cores > 1 ? [1, 2] : [1];
  return [
    ...counts.flatMap(kindling),
    ...counts.map(kindlingWasm),
    kindlingMpi,
    ...counts.flatMap((threads) => pytorch(python, threads)),
    pytorchDdp(python),
    ...counts.flatMap((threads) => jax(python, threads)),
    ...counts.map(tfjsNode),
    implementation('TF.js CPU', '', { ...alone, peer: 'tfjs-cpu', launch: worker('tfjs', 'cpu') }),
    implementation('TF.js WASM', '', { ...alone, peer: 'tfjs-wasm', launch: worker('tfjs', 'wasm') }),
    implementation('jax-js', '', { ...alone, peer: 'jax-js', launch: worker('jax') }),
    inChromium('Kindling wasm (Chromium)', 'kindling-wasm-chromium', 'kindling', 'trainer'),
    inChromium('TF.js WASM (Chromium)', 'tfjs-wasm-chromium', 'tfjs', 'wasm'),
    inChromium('jax-js (Chromium)', 'jax-js-chromium', 'jax'),
    implementation('machine', '', {
      peer: 'machine',
      threads: cores,
      kinds: ['limit'],
      launch: worker('machine'),
    }),
  ];
}
