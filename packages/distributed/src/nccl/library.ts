import { DeviceError } from '@kindling/core';
import { type ForeignFunction, loadKoffi } from '../mpi/koffi.ts';
import { results, UNIQUE_ID_BYTES } from './constants.ts';

/** Names that the library is looked for by, best first. It is there for Linux alone. */
const names = ['libnccl.so.2'];

/** The oldest version that is taken: it tells of its last error and captures in CUDA graphs. Written as the library writes it. */
const OLDEST_VERSION = 21400;

/**
 * The functions that are used, with their parameters: `i` int, `p` anything of 64 bits (sizes, handles, addresses of the GPU), `a` memory of
 * the host. All answer with an ncclResult_t.
 */
const signatures = {
  ncclGetUniqueId: 'a',
  ncclCommDestroy: 'p',
  ncclCommAbort: 'p',
  ncclCommGetAsyncError: 'pa',
  ncclAllReduce: 'pppiipp',
  ncclBroadcast: 'pppiipp',
  ncclReduce: 'pppiiipp',
  ncclAllGather: 'pppipp',
  ncclReduceScatter: 'pppiipp',
  ncclSend: 'ppiipp',
  ncclRecv: 'ppiipp',
  ncclGroupStart: '',
  ncclGroupEnd: '',
} as const;

type DeclaredName = keyof typeof signatures;
export type FunctionName = DeclaredName | 'ncclCommInitRank';

const types: { readonly [letter: string]: string } = { i: 'int', p: 'uint64_t', a: 'void *' };

export interface NcclLibrary {
  readonly file: string;
  /** As the library writes it: 22305 is 2.23.5. */
  readonly version: number;
  readonly call: { readonly [N in FunctionName]: ForeignFunction };
  /** What a code stands for, and what the library has said last of a communicator (0: of none), in words. */
  reason(code: number, communicator: number): string;
}

/** NCCL's version as people write it. */
export const versionText = (version: number): string =>
  `${Math.floor(version / 10_000)}.${Math.floor((version % 10_000) / 100)}.${version % 100}`;

/**
 * Registering the buffers of a CUDA graph with other processes takes memory of cuMemAlloc; the engine's comes from the driver's pool, in the
 * order of its stream.
 */
const settings = { NCCL_GRAPH_REGISTER: '0' } as const;

function open(file: string): NcclLibrary {
  const koffi = loadKoffi('nccl');
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
  const library = koffi.load(file, { global: false });
  const number = Int32Array.of(0);
  const code = library.func('int ncclGetVersion(void *version)')(number);
  if (code !== results.success) throw new Error(`ncclGetVersion answers ${code}`);
  const version = number[0]!;
  if (version < OLDEST_VERSION) {
    const known = version < 10_000 ? `code ${version}` : versionText(version);
    throw new Error(`expected version ${versionText(OLDEST_VERSION)} or newer, got ${known}`);
  }
  const declared = Object.entries(signatures).map(([name, letters]) => [
    name,
    library.func(
      name,
      'int',
      [...letters].map((letter) => types[letter]!),
    ),
  ]);
  const uniqueId = koffi.struct({ internal: koffi.array('uint8_t', UNIQUE_ID_BYTES, 'Typed') });
  const textOf = library.func<(code: number) => string>('const char *ncclGetErrorString(int code)');
  const lastError = library.func<(communicator: number) => string>(
    'const char *ncclGetLastError(uint64_t communicator)',
  );
  return {
    file,
    version,
    call: {
      ...(Object.fromEntries(declared) as { readonly [N in DeclaredName]: ForeignFunction }),
      ncclCommInitRank: library.func('ncclCommInitRank', 'int', ['void *', 'int', uniqueId, 'int']),
    },
    reason: (code, communicator) => {
      const detail = lastError(communicator)?.trim();
      return detail ? `${textOf(code)}: ${detail}` : textOf(code);
    },
  };
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n', 1)[0]!
    .replace(/^Failed to load shared library: /, '');

/**
 * Opens the library, or the one that the environment variable KINDLING_NCCL names.
 *
 * @throws {DeviceError} with what was looked for and how to get it.
 */
export function openNcclLibrary(): NcclLibrary {
  const named = process.env.KINDLING_NCCL;
  // The library works with the system's driver: not with one that was named in its place.
  if (!named && process.env.KINDLING_CUDA_LIBRARY) {
    throw new DeviceError(
      'nccl: expected KINDLING_NCCL to name the library that goes with KINDLING_CUDA_LIBRARY, got none',
    );
  }
  const tried: string[] = [];
  for (const file of named ? [named] : names) {
    try {
      return open(file);
    } catch (error) {
      if (error instanceof DeviceError) throw error;
      tried.push(`${file} (${reasonOf(error)})`);
    }
  }
  throw new DeviceError(
    named
      ? `nccl: expected KINDLING_NCCL to name NCCL's library, tried ${tried.join(', ')}`
      : `nccl: expected NCCL, found no library (tried ${tried.join(', ')}); install libnccl2 (Debian and Ubuntu), or nvidia-nccl-cu13 (pip) and name its nvidia/nccl/lib/libnccl.so.2 in KINDLING_NCCL`,
  );
}
