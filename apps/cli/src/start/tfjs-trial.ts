import { chunksOf } from './chunks-of.ts';

chunksOf('tfjs-trial').load('tfjs-trial');
