import type { WorkerMessage } from '../protocol.ts';
import { Output } from './output.ts';
import { ToldRuns } from './told-runs.ts';

/** Sends a message to the page. */
export const post = (message: WorkerMessage): void => postMessage(message);

export const toldRuns = new ToldRuns(post);

/** What the program prints. */
export const output = new Output((lines, dropped) => post({ type: 'output', lines, dropped }));
