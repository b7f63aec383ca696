import type { Candidate } from './backend/devices.ts';
import { referenceBackend } from './backend/reference/reference.ts';

/** The engines of a browser; package.json has bundlers take this module in the place of engines.ts. */
export const engines: readonly (readonly [kind: string, candidate: Candidate])[] = [
  ['cpu', { engine: 'reference', open: () => referenceBackend }],
];
