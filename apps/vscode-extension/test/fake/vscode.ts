// As much of VS Code's API as the models and the panel use, without VS Code.
import { vi } from 'vitest';

export const l10n = {
  t: (text: string, ...args: string[]): string =>
    text.replaceAll(/\{(\d)\}/g, (_, i: string) => args[Number(i)] ?? ''),
};

type Listener<T> = (value: T) => unknown;

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class Uri {
  readonly scheme = 'file';
  readonly fsPath: string;
  constructor(path: string) {
    this.fsPath = path;
  }
  static file = (path: string): Uri => new Uri(path);
  static joinPath = (base: Uri, ...parts: string[]): Uri => new Uri([base.fsPath, ...parts].join('/'));
  toString(): string {
    return `file://${this.fsPath}`;
  }
}

export const env = { language: 'en' };
export const ViewColumn = { Active: -1 };
export const TaskRevealKind = { Always: 1, Never: 3 };
export const TaskPanelKind = { Shared: 1 };
export const TaskScope = { Workspace: 2 };
export const TreeItemCollapsibleState = { Expanded: 2 };
export const ProgressLocation = { Window: 10 };

export class ProcessExecution {
  readonly process: string;
  readonly args: readonly string[];
  readonly options: object;
  constructor(process: string, args: readonly string[], options: object) {
    this.process = process;
    this.args = args;
    this.options = options;
  }
}

export class ShellExecution {
  readonly commandLine: string;
  readonly options: object;
  constructor(commandLine: string, options: object) {
    this.commandLine = commandLine;
    this.options = options;
  }
}

export class Task<Execution = ProcessExecution> {
  readonly definition: object;
  readonly scope: unknown;
  readonly name: string;
  readonly execution: Execution;
  readonly problemMatchers: unknown;
  presentationOptions: object = {};
  constructor(
    definition: object,
    scope: unknown,
    name: string,
    _source: string,
    execution: Execution,
    problemMatchers: unknown,
  ) {
    this.definition = definition;
    this.scope = scope;
    this.name = name;
    this.execution = execution;
    this.problemMatchers = problemMatchers;
  }
}

export class TreeItem {
  readonly label: string;
  readonly collapsibleState: number | undefined;
  constructor(label: string, collapsibleState?: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export class ThemeColor {}
export class ThemeIcon {
  static readonly Folder = new ThemeIcon('folder');
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

export class Range {
  readonly start: unknown;
  readonly end: unknown;
  constructor(start: unknown, end: unknown) {
    this.start = start;
    this.end = end;
  }
}

export class CodeLens {
  readonly range: Range;
  readonly command: object;
  constructor(range: Range, command: object) {
    this.range = range;
    this.command = command;
  }
}

/** What a test sets before it uses the API. */
export const fake = {
  /** Folders of the workspace. */
  folders: [] as string[],
  settings: {} as Record<string, unknown>,
  /** Tasks that were started. */
  tasks: [] as Task[],
  executions: [] as { readonly task: Task }[],
  taskEnded: new EventEmitter<{ execution: object; exitCode: number | undefined }>(),
  foldersChanged: new EventEmitter<unknown>(),
  settingChanged: new EventEmitter<{ affectsConfiguration: (name: string) => boolean }>(),
};

interface FakeFolder {
  readonly uri: Uri;
  readonly name: string;
  readonly index: number;
}

const folders = (): FakeFolder[] =>
  fake.folders.map((path, index) => ({ uri: new Uri(path), name: path.split('/').at(-1)!, index }));

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), dispose: vi.fn() };

export const workspace = {
  isTrusted: true,
  textDocuments: [],
  get workspaceFolders() {
    return fake.folders.length === 0 ? undefined : folders();
  },
  getWorkspaceFolder: ({ fsPath }: Uri) => folders().find(({ uri }) => fsPath.startsWith(`${uri.fsPath}/`)),
  getConfiguration: () => ({ get: (name: string, value: unknown) => fake.settings[name] ?? value }),
  asRelativePath: (path: string) => path.replace(`${fake.folders[0]}/`, ''),
  onDidChangeConfiguration: fake.settingChanged.event,
  onDidSaveTextDocument: new EventEmitter<unknown>().event,
  registerTextDocumentContentProvider: () => ({ dispose: () => {} }),
  onDidGrantWorkspaceTrust: new EventEmitter<unknown>().event,
  onDidChangeWorkspaceFolders: fake.foldersChanged.event,
};

/** A message with buttons; a test says which one is chosen. */
const message = () =>
  vi.fn(async (_text: string, ..._buttons: string[]): Promise<string | undefined> => undefined);

export const window = {
  createOutputChannel: () => log,
  registerWebviewPanelSerializer: (_type: string, _serializer: unknown) => ({ dispose: () => {} }),
  createTreeView: () => ({ dispose: () => {} }),
  createWebviewPanel: vi.fn(),
  visibleTextEditors: [] as { readonly document: object }[],
  onDidChangeVisibleTextEditors: new EventEmitter<unknown>().event,
  terminals: [],
  showErrorMessage: message(),
  showWarningMessage: message(),
  showInformationMessage: message(),
  showQuickPick: vi.fn(),
};

export const commands = { executeCommand: vi.fn(async () => undefined) };

export const languages = {
  match: (selector: readonly { language: string }[], document: { languageId: string }) =>
    selector.some(({ language }) => language === document.languageId) ? 10 : 0,
  registerCodeLensProvider: () => ({ dispose: () => {} }),
};

export const tasks = {
  onDidEndTaskProcess: fake.taskEnded.event,
  onDidEndTask: new EventEmitter<unknown>().event,
  executeTask: async (task: Task) => {
    const execution = { task };
    fake.tasks.push(task);
    fake.executions.push(execution);
    return execution;
  },
};
