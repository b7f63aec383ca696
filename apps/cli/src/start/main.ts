import { chunksOf, keepCode } from './chunks-of.ts';

const [, , command = 'kindling', subject = ''] = process.argv;
// `train xor` runs other code than `train lstm`.
const chunks = chunksOf(/^[a-z][\w-]*$/.test(subject) ? `${command}-${subject}` : command);

export const { run } = chunks.load('main') as typeof import('../main.ts');

/** Called when the process ends: keeps what V8 has compiled. */
export const onExit = (exitCode: number): void => keepCode(chunks, exitCode);
