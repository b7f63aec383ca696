// All that a browser gets of this package (package.json has the condition): what answers only where files can be read at once is missing.
export * from './datasets.ts';
export { setDataMirror } from './download/data-mirror.ts';
export { type DownloadEvent, type DownloadOptions, download } from './download/download.ts';
export { type DownloadAttempt, DownloadError } from './download/download-error.ts';
export type { RemoteFile } from './download/remote-file.ts';
export type { Timeouts } from './download/transfer-error.ts';
export type { ColumnProfile, ValueCount } from './profile/column-profile.ts';
export { classesOf, type TableFinding, tableFindings } from './profile/profile-findings.ts';
export { profileCsv, profileCsvText, profileTable, type TableProfile } from './profile/table-profile.ts';
export { type Cifar100Options, type CifarOptions, cifar10, cifar100 } from './source/cifar.ts';
export type { FileOptions } from './source/data-file.ts';
export { type EmnistOptions, emnist } from './source/emnist.ts';
export type { EmnistVariant } from './source/emnist-variants.ts';
export { type FashionMnistOptions, fashionMnist } from './source/fashion-mnist.ts';
export { type IdxSourceOptions, readIdxImages } from './source/idx-source.ts';
export { type MnistOptions, mnist, readMnistCsv } from './source/mnist.ts';
export { readText } from './source/read-text.ts';
export type { SourceDescriptor, SourceName } from './source/source-descriptors.ts';
export {
  downloadSource,
  type FileStatus,
  findSource,
  type Source,
  type SourceOptions,
  sourceStatus,
  sources,
  verifyFile,
} from './source/sources.ts';
export type { Split } from './source/split.ts';
export { csv, csvNames, diabetes, weightHeight } from './source/tables.ts';
