import { countCudaDevices, openCuda } from './backend/cuda/open.ts';
import type { Candidate } from './backend/devices.ts';
import { openNative } from './backend/native/open.ts';
import { isExpected } from './backend/native/open-library.ts';
import { referenceBackend } from './backend/reference/reference.ts';
import { tfjsCandidates } from './backend/tfjs/engines.ts';
import { openWasm } from './backend/wasm/open.ts';

/** The engines of Node.js by the kind of device that they serve, best first. */
export const engines: readonly (readonly [kind: string, candidate: Candidate])[] = [
  ['cpu', { engine: 'native', open: openNative, isExpected }],
  ['cpu', { engine: 'wasm', open: openWasm }],
  ['cpu', { engine: 'reference', open: () => referenceBackend }],
  ['cuda', { engine: 'cuda', open: openCuda, count: countCudaDevices }],
  ...tfjsCandidates.map((candidate) => ['tfjs', candidate] as const),
];

/** Nothing: all open when they are first used. */
export const loadEngines = async (): Promise<undefined> => undefined;
