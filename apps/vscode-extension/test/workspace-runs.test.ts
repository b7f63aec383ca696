import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun } from '@kindling/train';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CurvesPanels } from '../src/curves/curves-panels.ts';
import { chooseRuns } from '../src/runs/choose-runs.ts';
import { WorkspaceRuns } from '../src/runs/workspace-runs.ts';
import { PAGE, type RunNode, RunsView } from '../src/views/runs-view.ts';
import { FakePanel } from './fake/panel.ts';
import { EventEmitter, fake, Uri, window } from './fake/vscode.ts';
import { rowOf } from './rows.ts';

let root: string;
let runs: WorkspaceRuns;

const folder = (name: string): string => join(root, name);

/** Makes folders those of the workspace. */
function setFolders(...names: string[]): void {
  for (const name of names) mkdirSync(folder(name), { recursive: true });
  fake.folders = names.map(folder);
  fake.foldersChanged.fire(undefined);
}

async function makeRun(at: string, name: string): Promise<void> {
  const run = await createRun({ name, dir: join(folder(at), 'runs') });
  await run.finish();
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'kindling-workspace-')));
  fake.settings = {};
  vi.clearAllMocks();
  setFolders('a', 'b');
  runs = new WorkspaceRuns({});
});
afterEach(() => runs.dispose());

const labels = (view: RunsView, nodes = view.getChildren()): unknown[] =>
  nodes.map((node) => view.getTreeItem(node).label);

describe('a workspace of several folders', () => {
  it('has the runs of each folder in a group', async () => {
    await makeRun('a', 'one');
    await makeRun('b', 'one');
    await makeRun('b', 'two');
    await Promise.all(runs.folders.map((each) => each.ready()));
    const view = new RunsView(runs);
    const groups = view.getChildren();
    expect(labels(view)).toEqual(['a', 'b']);
    expect(groups.map((group) => labels(view, view.getChildren(group)))).toEqual([['one'], ['two', 'one']]);
    const ids = groups.flatMap((group) => view.getChildren(group)).map((node) => view.getTreeItem(node).id);
    expect(new Set(ids).size).toBe(3);
    setFolders('b');
    expect(labels(view)).toEqual(['two', 'one']);
    view.dispose();
  });

  it('keeps the runs of a file in the folder of the file, and asks for a folder where there is no file', async () => {
    const [a, b] = runs.folders;
    expect(await chooseRuns(runs, join(folder('b'), 'mine.json'))).toBe(b);
    expect(runs.holding(join(folder('b'), 'runs', 'x'))).toBe(b);
    expect(window.showQuickPick).not.toHaveBeenCalled();
    window.showQuickPick.mockImplementationOnce(async (items: object[]) => items[1]);
    expect(await chooseRuns(runs)).toBe(b);
    setFolders('a');
    expect(await chooseRuns(runs)).toBe(a);
    setFolders();
    expect(await chooseRuns(runs)).toBeUndefined();
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      'Open a folder first: runs are kept in it.',
      'Open Folder',
    );
  });

  it('tells of what changes in any folder, and of folders that come and go', async () => {
    const changes: unknown[] = [];
    runs.onDidChange((change) => changes.push(change?.runs.name));
    const [, b] = runs.folders;
    await b!.ready();
    await vi.waitFor(() => expect(changes).toContain('b'), { timeout: 60_000 });
    const gone = vi.fn();
    b!.onDidDispose(gone);
    setFolders('a');
    expect(gone).toHaveBeenCalledOnce();
    expect(changes.at(-1)).toBeUndefined();
  });

  it('serves the folder that the setting names', () => {
    const [a] = runs.folders;
    void a!.list;
    const moved = vi.fn();
    a!.onDidMove(moved);
    fake.settings.runsDirectory = 'elsewhere';
    fake.settingChanged.fire({ affectsConfiguration: (name) => name === 'kindling.runsDirectory' });
    expect(moved).toHaveBeenCalledOnce();
    expect(a!.folder).toBe(join(folder('a'), 'elsewhere'));
  });
});

describe('panels', () => {
  interface Serializer {
    deserializeWebviewPanel(panel: unknown, state: unknown): Promise<void>;
  }
  let serializer: Serializer;
  const makePanels = (): CurvesPanels => {
    const register = vi.spyOn(window, 'registerWebviewPanelSerializer').mockImplementation(((
      _type: string,
      given: Serializer,
    ) => {
      serializer = given;
      return { dispose: () => {} };
    }) as never);
    const panels = new CurvesPanels({ extensionUri: Uri.file('/extension') as never }, runs, () => {});
    register.mockRestore();
    return panels;
  };
  const next = (): FakePanel => {
    const panel = new FakePanel();
    window.createWebviewPanel.mockReturnValueOnce(panel);
    return panel;
  };

  it('belong to one folder each, by name, and close with it', () => {
    const panels = makePanels();
    const [a, b] = runs.folders;
    const [first, second] = [next(), next()];
    panels.open(a!, ['x']);
    panels.open(b!, ['x']);
    panels.open(b!, ['x']);
    expect(window.createWebviewPanel.mock.calls.map(([, title]) => title)).toEqual(['a: x', 'b: x']);
    expect(second.isRevealed).toBe(true);
    setFolders('a');
    expect([first.isDisposed, second.isDisposed]).toEqual([false, true]);
  });

  it('are restored for the folder that their page has kept', async () => {
    makePanels();
    const panel = new FakePanel();
    const address = runs.folders[1]!.workspaceFolder.uri.toString();
    await serializer.deserializeWebviewPanel(panel, { host: address, tab: 'table' });
    expect(panel.webview.html).toContain(`data-host="${address}"`);
    for (const state of [undefined, { host: 5 }, { host: 'file:///gone' }]) {
      const other = new FakePanel();
      await serializer.deserializeWebviewPanel(other, state);
      expect(other.webview.html).toContain(`data-host="${runs.folders[0]!.workspaceFolder.uri.toString()}"`);
    }
    setFolders();
    const lost = new FakePanel();
    await serializer.deserializeWebviewPanel(lost, { host: address });
    expect(lost.isDisposed).toBe(true);
  });
});

describe('a folder of ten thousand runs', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => rowOf({ id: `run-${i}`, started: 10_000 - i }));

  it('shows the newest, more when they are asked for, and draws anew what has changed', () => {
    const change = new EventEmitter<unknown>();
    const known = new Map(rows.map((row) => [row.id, row]));
    const list = { rows, get: (id: string) => known.get(id) };
    const live = { list, folder: '/w/runs', workspaceFolder: { uri: Uri.file('/w') } };
    const view = new RunsView({ folders: [live], onDidChange: change.event } as never);
    const nodes = view.getChildren();
    expect(nodes).toHaveLength(PAGE + 1);
    const older = nodes.at(-1) as Extract<RunNode, { kind: 'older' }>;
    expect(view.getTreeItem(older).label).toBe('9,800 older runs');
    const drawn: (readonly RunNode[] | undefined)[] = [];
    view.onDidChangeTreeData((changed) => drawn.push(changed));
    change.fire({ runs: live, changed: ['run-3', 'run-9000'], isReordered: false });
    expect(drawn).toEqual([[nodes[3]]]);
    expect(drawn[0]![0]).toBe(nodes[3]);
    change.fire({ runs: live, changed: ['run-9000'], isReordered: false });
    expect(drawn).toHaveLength(1);
    change.fire({ runs: live, changed: [], isReordered: true });
    expect(drawn[1]).toBeUndefined();
    view.showOlder(older);
    expect(view.getChildren()).toHaveLength(2 * PAGE + 1);
    expect(view.getChildren()[3]).toBe(nodes[3]);
    view.dispose();
  });
});
