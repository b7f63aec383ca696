// For the other packages of Kindling; not part of the public interface.
export { type ModelColumns, modelColumns } from './experiment/model-columns.ts';
export { Replacement, writeAll, writeFileAtomic } from './run/atomic-file.ts';
export { LogSnapshot } from './run/log-snapshot.ts';
