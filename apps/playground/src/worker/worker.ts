// Runs one program in its life. The page ends it to stop the program.
import { deviceReports, ready } from '@kindling/core';
import type { WorkerRequest } from '../protocol.ts';
import { classifyDrawing, whenDrawable } from './drawings.ts';
import { forwardedRuns, output, post } from './page.ts';
import { problemOf } from './problem.ts';

output.install(console);
whenDrawable(() => post({ type: 'drawable' }));

/** Where the program is loaded from; its name is in stack traces. */
let address = '';

/** Imports the program as a module: its policy has `blob:` for this alone, and neither `eval` nor text that becomes code. */
async function run(code: string): Promise<void> {
  address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  await loaded;
  try {
    await import(address);
    tellAll();
    post({ type: 'ended' });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  tellAll();
  post({ type: 'ended', problem: problemOf(error, address) });
}

function tellAll(): void {
  forwardedRuns.flush();
  output.flush();
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

/** Programs that come before wait for it. A browser that has no WebAssembly goes on without. */
const loaded = ready().catch((error: unknown) => output.print('warn', String(error)));
void loaded.then(() => {
  const cpu = deviceReports().find(({ device }) => device === 'cpu');
  post({ type: 'ready', engine: cpu?.engine ?? 'none' });
});
