// Drives a peer in a page of Chromium by the line protocol: node driver.js NAME [ARGUMENT]. KINDLING_BENCH_CHROMIUM names the browser.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { answerLines, sayAbsent, sayReady } from '../process/lines.ts';
import type { Request } from '../process/protocol.ts';
import { PageServer } from './server.ts';

type Bench = typeof import('./page.ts').bench;

/** Of the page, where functions that `evaluate` takes run. */
declare const bench: Bench;

const places = ['/usr/bin/chromium', '/usr/bin/google-chrome'];

async function launch(): Promise<Browser> {
  const { KINDLING_BENCH_CHROMIUM: asked } = process.env;
  const executablePath = asked || places.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error(
      `expected Chromium at ${places.join(' or ')}, found none; KINDLING_BENCH_CHROMIUM names another place`,
    );
  return chromium.launch({
    executablePath,
    // This process ends it, below.
    handleSIGTERM: false,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

/** The page's answer, or an error with what it says instead. */
function answerOf(reply: Awaited<ReturnType<Bench['ask']>>): object {
  if ('error' in reply) throw new Error(reply.error);
  return reply.answer;
}

const [, , peer = '', argument = ''] = process.argv;
const server = await PageServer.start();
const browser = await launch().catch(sayAbsent);

/** Ends the browser, which takes its profile away, and this process. */
async function end(): Promise<never> {
  await browser.close();
  process.exit();
}
process.once('SIGTERM', end);

async function open(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/?${new URLSearchParams({ peer, argument })}`);
  const { ready } = answerOf(await page.evaluate(() => bench.ready)) as { ready: number };
  sayReady(ready);
  return page;
}

const page = await open().catch(async (error: unknown) => {
  await browser.close();
  return sayAbsent(error);
});

async function respond(request: Request): Promise<object> {
  if (request.op === 'download') return { bytes: server.zippedBytes };
  if (request.op === 'prepare' && request.task.kind === 'training') {
    server.allow(request.task.input.path);
    server.allow(request.task.target.path);
  }
  const answer = answerOf(await page.evaluate((asked) => bench.ask(asked), request));
  return request.op === 'versions' ? { ...answer, Chromium: browser.version() } : answer;
}

await answerLines(respond);
await end();
