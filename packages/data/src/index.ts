export * from './browser.ts';
export { type DataDirContext, dataDir } from './data-dir.ts';
export { gunzip, inflate } from './format/gzip.ts';
export {
  type DecodedImage,
  type DecodeImageOptions,
  decodeImage,
  type ImageMode,
} from './image/decode-image.ts';
export { ImageFolder, type ImageFolderOptions, imageFolder, readImage } from './image/image-folder.ts';
export { type ReadFileOptions, readFileBytes } from './read-file.ts';
