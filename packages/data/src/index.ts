export * from './browser.ts';
export { type DataDirContext, dataDir } from './data-dir.ts';
export { gunzip, inflate } from './format/gzip.ts';
export { type ReadFileOptions, readFileBytes } from './read-file.ts';
