import { appendFileSync, rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunFeed } from '../../src/host.ts';
import type { HostMessage } from '../../src/protocol.ts';
import { executablePath, launch, open } from '../browser.ts';
import { generatedRun, snapshotOf, stepBlock } from '../generated-runs.ts';
import { epoch, linesOf, newRuns, started, step, writeRun } from '../host/run-files.ts';
import { TestHost } from '../host.ts';
import { PageServer } from '../page-server.ts';
import { summaryOf } from './page-fixture.ts';

const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => step(from + i));

describe.skipIf(!executablePath)('faults, as a page shows them', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** A page of a folder of runs. */
  async function withFolder(runs: string, body: (page: Page) => Promise<void>): Promise<void> {
    using feed = new RunFeed({ folder: runs, selected: ['a', 'b'] });
    const server = new PageServer((send) => {
      const session = feed.connect(send);
      return { receive: (message) => session.receive(message), closed: () => session.close() };
    });
    await server.listen();
    const { page, problems } = await open(browser, server.url);
    try {
      await body(page);
      expect(problems).toEqual([]);
    } finally {
      await page.context().close();
      await server.close();
      rmSync(runs, { recursive: true, force: true });
    }
  }

  test('the folder of a run goes away while it is shown', async () => {
    const runs = newRuns();
    const folder = writeRun(runs, 'a', { events: [started('a'), ...steps(0, 20), epoch(0)] });
    writeRun(runs, 'b', { events: [started('b'), ...steps(0, 20)] });
    await withFolder(runs, async (page) => {
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('a train: last 0.05');
      await expect.poll(() => page.getByRole('region', { name: 'accuracy', exact: true }).count()).toBe(1);
      rmSync(folder.path, { recursive: true });
      await expect.poll(() => page.getByRole('checkbox').count()).toBe(2);
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toMatch(/^Chart of loss\. b train/);
      await expect.poll(() => page.getByRole('region', { name: 'accuracy', exact: true }).count()).toBe(0);
      rmSync(runs, { recursive: true });
      await expect.poll(() => page.getByText('There are no runs in this folder yet.').count()).toBe(1);
      expect(await page.getByText('Choose a run in the list').count()).toBe(1);
    });
  });

  test('a log with torn, damaged and future lines: what can be read is drawn, and the rest told', async () => {
    const runs = newRuns();
    const folder = writeRun(runs, 'a', { events: [started('a'), ...steps(0, 10)] });
    appendFileSync(
      folder.events,
      '{"type":"step","step":\n\0\0garbage\n{"type":"hologram","step":3}\n{"type":"ste',
    );
    await withFolder(runs, async (page) => {
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('a train: last 0.1,');
      await page.getByRole('tab', { name: 'Log' }).click();
      const panel = page.getByRole('tabpanel');
      await expect.poll(() => panel.textContent()).toContain('2 lines of the log cannot be read.');
      expect(await panel.textContent()).toContain('1 event of an unknown type passed over.');
      expect(await panel.locator('code').textContent()).toContain(
        'events.jsonl:12: expected an event in JSON',
      );
      // The torn line gets its end.
      appendFileSync(folder.events, linesOf([step(10)]).slice('{"type":"ste'.length));
      await page.getByRole('tab', { name: 'Curves' }).click();
      await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('a train: last 0.0909');
    });
  });

  const options = {
    id: 'digits',
    seed: 1,
    steps: 300,
    stepsPerEpoch: 100,
    lr: 0.02,
    state: 'running',
  } as const;

  test('a host that is gone is told, and followed again once it is back', async () => {
    const host = await TestHost.start([generatedRun(options)], ['digits']);
    const { page } = await open(browser, host.url);
    await expect.poll(() => summaryOf(page, 'loss').textContent()).toContain('digits train');
    const before = await summaryOf(page, 'loss').textContent();
    host.server.isUp = false;
    host.server.cut();
    await expect.poll(() => page.getByText('The connection is lost').count()).toBe(1);
    // What was drawn stays.
    expect(await summaryOf(page, 'loss').textContent()).toBe(before);
    host.server.isUp = true;
    await expect.poll(() => page.getByText('The connection is lost').count()).toBe(0);
    await expect.poll(() => host.received.filter(({ type }) => type === 'follow').length).toBe(2);
    host.send({ type: 'progress', run: 'digits', steps: stepBlock(options, 300, 50) });
    await expect.poll(() => summaryOf(page, 'loss').textContent()).not.toBe(before);
    await page.context().close();
    await host.close();
  });

  test('a host of another version of the protocol', async () => {
    const snapshot = { ...snapshotOf([generatedRun(options)]), version: 2 } as unknown as HostMessage;
    const server = new PageServer((send) => ({
      receive: () => {
        send(snapshot);
        return 'expected protocol version 2, got 1';
      },
      closed: () => {},
    }));
    await server.listen();
    const { page } = await open(browser, server.url);
    const alert = page.getByRole('alert');
    await expect
      .poll(() => alert.textContent())
      .toMatch(/protocol version 1, got 2|the host answered 400: expected protocol version 2, got 1/);
    await expect.poll(() => page.getByText('Waiting for the host').count()).toBe(1);
    await page.context().close();
    await server.close();
  });
});
