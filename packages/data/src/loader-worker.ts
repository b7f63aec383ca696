// The program of a worker of `DataLoader`.
import { parentPort, workerData } from 'node:worker_threads';
import { serveBatches } from './loader/serve-batches.ts';

if (parentPort !== null) serveBatches(parentPort, workerData);
