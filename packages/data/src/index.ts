export { type DataDirContext, dataDir } from './data-dir.ts';
export { DataError, type DataProblem } from './data-error.ts';
export type { Dataset, IterableDataset } from './dataset/dataset.ts';
export {
  type ImageColumns,
  ImageSet,
  type ImageTensorOptions,
  type LabeledImage,
} from './dataset/image-set.ts';
export { randomSplit } from './dataset/random-split.ts';
export { Subset } from './dataset/subset.ts';
export { Table, type TableTensorOptions } from './dataset/table.ts';
export { TensorDataset } from './dataset/tensor-dataset.ts';
export { compose, normalize, oneHot, TransformedDataset, toTensor } from './dataset/transform.ts';
export { type DigitsOptions, digits } from './digits/digits.ts';
export { type DownloadEvent, type DownloadOptions, download, type RemoteFile } from './download/download.ts';
export { type DownloadAttempt, DownloadError } from './download/download-error.ts';
export type { Timeouts } from './download/http-get.ts';
export { type CsvColumns, type CsvOptions, parseCsv } from './format/csv.ts';
export { gunzip, inflate, isGzip } from './format/gzip.ts';
export { encodeIdx, type IdxArray, type IdxData, parseIdx } from './format/idx.ts';
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
export { nearestName } from './nearest-name.ts';
export type { FileOptions } from './source/data-file.ts';
export { type MnistOptions, mnist, readIdxImages, readMnistCsv, type Split } from './source/mnist.ts';
export {
  downloadSource,
  type FileStatus,
  findSource,
  type LoadOptions,
  type Source,
  type SourceName,
  sourceStatus,
  sources,
  verifyFile,
} from './source/sources.ts';
export { csv, diabetes, weightHeight, xor } from './source/tables.ts';
