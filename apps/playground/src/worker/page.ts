import type { WorkerMessage } from '../protocol.ts';
import { ForwardedRuns } from './forwarded-runs.ts';
import { Output } from './output.ts';

/** Sends a message to the page. */
export const post = (message: WorkerMessage): void => postMessage(message);

export const forwardedRuns = new ForwardedRuns(post);

/** What the program prints. */
export const output = new Output((lines, dropped) => post({ type: 'output', lines, dropped }));
