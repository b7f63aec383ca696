import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type HostMessage,
  hostMessageSchema,
  PROTOCOL_VERSION,
  type Progress,
  type Snapshot,
} from '@kindling/dashboard/protocol';
import { createRun } from '@kindling/train';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CurvesPanel } from '../src/curves/curves-panel.ts';
import { pageDocument } from '../src/curves/page-document.ts';
import { webviewMessage } from '../src/curves/webview-message.ts';
import { LiveRuns, type LiveRunsOptions } from '../src/runs/live-runs.ts';
import { FakePanel } from './fake/panel.ts';
import { EventEmitter, fake, Uri, workspace } from './fake/vscode.ts';
import { rowOf } from './rows.ts';

const log = vi.fn();
const options = { extension: Uri.file('/extension') as never, log };

/** Those of the first folder of the workspace. */
const liveRuns = (feed: LiveRunsOptions = {}): LiveRuns =>
  new LiveRuns(workspace.workspaceFolders![0] as never, feed);

describe('webviewMessage', () => {
  it('passes columns as they are, and NaN and infinities by their names', () => {
    const loss = Float64Array.of(1, Number.NaN);
    const message: HostMessage = {
      type: 'progress',
      run: 'a',
      steps: { from: 0, length: 2, columns: { loss } },
      document: '{}',
    };
    const sent = webviewMessage(message) as typeof message;
    expect(sent).toEqual(message);
    expect((sent as Progress).steps!.columns.loss).toBe(loss);
    const row = rowOf({ metrics: { loss: { last: Number.NaN, max: Number.POSITIVE_INFINITY } } });
    const arrived = JSON.parse(JSON.stringify(webviewMessage({ type: 'runs', changed: [row], removed: [] })));
    expect(hostMessageSchema.parse(arrived)).toEqual({ type: 'runs', changed: [row], removed: [] });
  });
});

describe('pageDocument', () => {
  it('lets its own script and style in, and nothing else', () => {
    const document = pageDocument({
      script: 'https://w/index.js',
      style: 'https://w/index.css',
      cspSource: 'https://w',
      nonce: 'abc',
      language: 'ko',
      host: 'file:///w/"a"',
    });
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(document)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-abc';");
    expect(policy).not.toMatch(/unsafe|connect-src|\*/);
    expect(document).toContain('<script type="module" nonce="abc" src="https://w/index.js">');
    expect(document).toContain('<html lang="ko">');
    expect(document).toContain('data-host="file:///w/&quot;a&quot;"');
    expect(document).not.toMatch(/ style=| on\w+=/);
  });
});

describe('a panel', () => {
  let runs: LiveRuns;
  let folder: string;

  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), 'kindling-panel-'));
    fake.folders = [root];
    folder = join(root, 'runs');
    runs = liveRuns({ canAnnotate: true, report: log });
    log.mockClear();
  });
  afterEach(() => runs.dispose());

  const open = (selected?: readonly string[]): FakePanel => {
    const panel = new FakePanel();
    new CurvesPanel(panel as never, { ...options, runs, selected });
    return panel;
  };
  const ready = { type: 'ready', version: PROTOCOL_VERSION };
  const snapshotIn = (message: HostMessage): message is Snapshot => message.type === 'snapshot';
  const progressIn = (message: HostMessage): message is Progress =>
    message.type === 'progress' && (message.steps?.length ?? 0) > 0;

  it('answers ready with a snapshot that selects its runs, and sends what a run logs meanwhile', async () => {
    const run = await createRun({ name: 'loop', dir: folder, config: { lr: 0.1 } });
    run.log(0, { loss: 1 });
    const panel = open(['loop']);
    expect(panel.webview.html).toContain('Content-Security-Policy');
    expect(panel.webview.options).toMatchObject({ enableScripts: true });
    panel.webview.say(ready);
    const snapshot = await panel.webview.next(snapshotIn);
    expect(snapshot.selected).toEqual(['loop']);
    expect(snapshot.runs.map(({ id, state }) => [id, state])).toEqual([['loop', 'running']]);
    panel.webview.say({ type: 'follow', runs: ['loop'] });
    for (let step = 1; step < 5; step++) run.log(step, { loss: 1 / step });
    await run.finish();
    const losses: number[] = [];
    while (losses.length < 5) {
      const { steps } = await panel.webview.next(progressIn);
      losses.splice(
        steps!.from,
        losses.length,
        ...(steps!.columns['metric:loss'] ?? steps!.columns.loss ?? []),
      );
    }
    expect(losses).toEqual([1, 1, 1 / 2, 1 / 3, 1 / 4]);
  });

  it('tells a page that comes back everything again, and one that is hidden nothing', async () => {
    const run = await createRun({ name: 'loop', dir: folder });
    await run.finish();
    const panel = open();
    panel.webview.say(ready);
    await panel.webview.next(snapshotIn);
    panel.show(false);
    const sent = panel.webview.sent.length;
    panel.webview.say({ type: 'follow', runs: ['loop'] });
    expect(panel.webview.sent).toHaveLength(sent);
    panel.show(true);
    panel.webview.say(ready);
    expect((await panel.webview.next(snapshotIn)).runs).toHaveLength(1);
    panel.dispose();
    panel.webview.say({ type: 'nonsense' });
  });

  it('loads anew when the folder of runs is another one', async () => {
    const moved = new EventEmitter<void>();
    const panel = new FakePanel();
    const gone = new EventEmitter<void>();
    const { workspaceFolder } = runs;
    const stub = { onDidMove: moved.event, onDidDispose: gone.event, workspaceFolder };
    new CurvesPanel(panel as never, { ...options, runs: stub as never });
    const before = panel.webview.html;
    moved.fire();
    expect(panel.webview.html).not.toBe(before);
  });
});

describe('LiveRuns', () => {
  it('hears of a run that appears, and gives up one that does not', async () => {
    fake.folders = [mkdtempSync(join(tmpdir(), 'kindling-live-'))];
    const runs = liveRuns();
    const { folder } = runs;
    expect(runs.idOf(join(folder, 'sweep', 'a'))).toBe('sweep/a');
    await runs.ready();
    expect(runs.list.rows).toEqual([]);
    const appearance = runs.appearance((list) => list.get('late'), new Promise(() => {}));
    const run = await createRun({ name: 'late', dir: folder });
    expect((await appearance)?.id).toBe('late');
    await run.finish();
    expect(await runs.appearance((list) => list.get('never'), Promise.resolve())).toBeUndefined();
    runs.dispose();
  });
});
