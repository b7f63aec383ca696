// What needs no files: a door of its own, so that bundlers leave the others out of pages that do not use them.

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
export { type DigitsOptions, digits } from './digits/digits.ts';
export type { ColumnReference } from './format/column-reference.ts';
export { type CsvColumns, parseCsv } from './format/csv.ts';
export type { Categories, CategoryEncoding } from './format/csv-categories.ts';
export type { DecimalMark } from './format/csv-number.ts';
export type { CsvOptions } from './format/csv-options.ts';
export { encodeIdx, type IdxArray, type IdxData, parseIdx } from './format/idx.ts';
export { isGzip } from './format/is-gzip.ts';
export { type MnistColumns, parseMnistCsv } from './format/mnist-csv.ts';
export { type Collated, collate } from './loader/collate.ts';
export { DataLoader } from './loader/data-loader.ts';
export type { DataLoaderOptions } from './loader/loader-options.ts';
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
export { WorkerError } from './loader/worker-error.ts';
export type { WorkerOptions } from './loader/worker-options.ts';
export { ReversedSequences, type ReversedSequencesOptions } from './sequence/reversed-sequences.ts';
export {
  type SeriesWindowOptions,
  SeriesWindows,
  seriesWindows,
  sineWave,
} from './sequence/series-windows.ts';
export {
  type CharacterWindowOptions,
  characterWindows,
  TextWindows,
  type TokenWindowOptions,
  tokenWindows,
} from './sequence/text-windows.ts';
export { tokenize } from './sequence/tokenize.ts';
export { Vocabulary, type VocabularyOfOptions, type VocabularyOptions } from './sequence/vocabulary.ts';
export type { WindowOptions, WindowTensorOptions, WindowTensors } from './sequence/window-dataset.ts';
export { xor } from './source/xor.ts';
export { type ColorJitterOptions, colorJitter } from './transform/color-jitter.ts';
export { centerCrop, type RandomCropOptions, randomCrop } from './transform/crop.ts';
export { type RandomFlipOptions, randomHorizontalFlip, randomVerticalFlip } from './transform/flip.ts';
export type { ImageSize, ImageTransform, RandomTransformOptions } from './transform/image-transform.ts';
export { type ResizeOptions, resize } from './transform/resize.ts';
export { type RandomRotationOptions, randomRotation } from './transform/rotation.ts';
export { compose, normalize, oneHot, TransformedDataset, toTensor } from './transform/transform.ts';
