// For the other packages of Kindling; not part of the public interface.
export { FileLock, isLocked, LockError, type LockOptions } from './lock/file-lock.ts';
export type { LockOwner } from './lock/lock-owner.ts';
export { makeFolder } from './make-folder.ts';
export { withPath } from './path-error.ts';
export { sourceDescriptor, sourceDescriptors } from './source/source-descriptors.ts';
