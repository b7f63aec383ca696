import { threadId } from 'node:worker_threads';

/** Samples that are the number of the thread which makes them. */
export default { length: 2, get: (): readonly number[] => [threadId] };
