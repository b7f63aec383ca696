// Runs one program in its life. The page ends it to stop the program.
import { deviceReports } from '@kindling/core';
import type { WorkerMessage, WorkerRequest } from '../protocol.ts';
import { logRunsTo } from './create-run.ts';
import { classifyDrawing, whenDrawable } from './drawings.ts';
import { Output } from './output.ts';
import { problemOf } from './problem.ts';

const post = (message: WorkerMessage): void => postMessage(message);
const output = new Output((lines, dropped) => post({ type: 'output', lines, dropped }));
output.install(console);
logRunsTo(post);
whenDrawable(() => post({ type: 'drawable' }));

/** Where the program is loaded from; its name is in stack traces. */
let address = '';

/** Imports the program as a module: its policy has `blob:` for this alone, and neither `eval` nor text that becomes code. */
async function run(code: string): Promise<void> {
  address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    await import(address);
    output.flush();
    post({ type: 'ended' });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  output.flush();
  post({ type: 'ended', problem: problemOf(error, address) });
}

async function classify(pixels: Float32Array): Promise<void> {
  try {
    const scores = await classifyDrawing(pixels);
    output.flush();
    post({ type: 'scores', scores });
  } catch (error) {
    post({ type: 'scores', scores: [], problem: problemOf(error, address) });
  }
}

addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  if (data.type === 'run') void run(data.code);
  else void classify(data.pixels);
});
addEventListener('error', (event) => {
  event.preventDefault();
  fail(event.error ?? event.message);
});
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  fail(event.reason);
});

const [cpu] = deviceReports();
post({ type: 'ready', engine: cpu?.engine ?? 'none' });
