// What tests of engines on other machines need of this package. Not for programs: it changes without notice.

export { backendFor } from '#device';
export { Storage } from './backend/backend.ts';
export { arithmeticOps, comparisonOps, logicalOps, reduceOps, unaryOps } from './backend/kernels.ts';
export { referenceBackend } from './backend/reference/reference.ts';
