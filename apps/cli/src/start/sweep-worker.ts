import { chunksOf, keepCode } from './chunks-of.ts';

const chunks = chunksOf('sweep-worker');
process.once('exit', (exitCode) => keepCode(chunks, exitCode));
chunks.load('sweep-worker');
