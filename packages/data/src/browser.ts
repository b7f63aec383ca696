// All that a browser gets of this package (package.json has the condition): what answers only where files can be read at once is missing.
export { DataError, type DataProblem } from './data-error.ts';
export { ConcatDataset } from './dataset/concat-dataset.ts';
export type { Dataset, IterableDataset } from './dataset/dataset.ts';
export {
  ImageSet,
  type ImageSetColumns,
  type ImageTensorOptions,
  type LabeledImage,
} from './dataset/image-set.ts';
export { randomSplit } from './dataset/random-split.ts';
export { Subset } from './dataset/subset.ts';
export { type MissingValues, Table, type TableColumns, type TableTensorOptions } from './dataset/table.ts';
export { TensorDataset } from './dataset/tensor-dataset.ts';
export { compose, normalize, oneHot, TransformedDataset, toTensor } from './dataset/transform.ts';
export { type DigitsOptions, digits } from './digits/digits.ts';
export { setDataMirror } from './download/data-mirror.ts';
export { type DownloadEvent, type DownloadOptions, download } from './download/download.ts';
export { type DownloadAttempt, DownloadError } from './download/download-error.ts';
export type { RemoteFile } from './download/remote-file.ts';
export type { Timeouts } from './download/transfer-error.ts';
export type { ColumnReference } from './format/column-reference.ts';
export { type CsvColumns, parseCsv } from './format/csv.ts';
export type { Categories, CategoryEncoding } from './format/csv-categories.ts';
export type { DecimalMark } from './format/csv-number.ts';
export type { CsvOptions } from './format/csv-options.ts';
export { encodeIdx, type IdxArray, type IdxData, parseIdx } from './format/idx.ts';
export { isGzip } from './format/is-gzip.ts';
export { type MnistColumns, parseMnistCsv } from './format/mnist-csv.ts';
export { type Collated, collate } from './loader/collate.ts';
export { DataLoader, type DataLoaderOptions } from './loader/data-loader.ts';
export type { LoaderState } from './loader/loader-state.ts';
export type { RowBatches } from './loader/row-batches.ts';
export {
  BatchSampler,
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  SequentialSampler,
} from './loader/sampler.ts';
export { SubsetRandomSampler } from './loader/subset-random-sampler.ts';
export {
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from './loader/weighted-random-sampler.ts';
export type { ColumnProfile, ValueCount } from './profile/column-profile.ts';
export { classesOf, type TableFinding, tableFindings } from './profile/profile-findings.ts';
export { profileCsv, profileCsvText, profileTable, type TableProfile } from './profile/table-profile.ts';
export type { FileOptions } from './source/data-file.ts';
export { type FashionMnistOptions, fashionMnist } from './source/fashion-mnist.ts';
export { type IdxSourceOptions, readIdxImages, type Split } from './source/idx-source.ts';
export { type MnistOptions, mnist, readMnistCsv } from './source/mnist.ts';
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
export { csv, csvNames, diabetes, weightHeight } from './source/tables.ts';
export { xor } from './source/xor.ts';
