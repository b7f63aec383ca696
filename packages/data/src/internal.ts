// For the other packages of Kindling; not part of the public interface.
export {
  basename,
  closeSync,
  constants,
  dirname,
  existsSync,
  FileLock,
  filesSettled,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  isLocked,
  join,
  LockError,
  loadFolder,
  lstatSync,
  makeFolder,
  mkdirSync,
  openSync,
  ownerText,
  randomUUID,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  resolve,
  rmSync,
  type Stats,
  sha256,
  syncFolder,
  writeSync,
} from '#host';
export type { LockOptions } from './lock/file-lock.ts';
export type { LockOwner } from './lock/lock-owner.ts';
export { withPath } from './path-error.ts';
export { sourceDescriptor, sourceDescriptors } from './source/source-descriptors.ts';
