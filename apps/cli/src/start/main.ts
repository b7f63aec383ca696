import { chunksOf, keepCode } from './chunks-of.ts';

const chunks = chunksOf(process.argv[2] ?? 'kindling');

export const { run } = chunks.load('main') as typeof import('../main.ts');

/** Called when the process ends: keeps what V8 has compiled. */
export const onExit = (exitCode: number): void => keepCode(chunks, exitCode);
