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
export const TaskRevealKind = { Always: 1, Silent: 2 };
export const TaskScope = { Workspace: 2 };
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

export class Task {
  readonly definition: object;
  readonly name: string;
  readonly execution: ProcessExecution;
  readonly problemMatchers: string;
  presentationOptions: object = {};
  constructor(
    definition: object,
    _scope: unknown,
    name: string,
    _source: string,
    execution: ProcessExecution,
    problemMatchers: string,
  ) {
    this.definition = definition;
    this.name = name;
    this.execution = execution;
    this.problemMatchers = problemMatchers;
  }
}

/** What a test sets before it uses the API. */
export const fake = {
  folder: '',
  settings: {} as Record<string, unknown>,
  /** Tasks that were started. */
  tasks: [] as Task[],
  executions: [] as { readonly task: Task }[],
  taskEnded: new EventEmitter<{ execution: object; exitCode: number | undefined }>(),
};

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), dispose: vi.fn() };

export const workspace = {
  isTrusted: true,
  textDocuments: [],
  get workspaceFolders() {
    return fake.folder === '' ? undefined : [{ uri: new Uri(fake.folder), name: 'folder', index: 0 }];
  },
  getConfiguration: () => ({ get: (name: string, value: unknown) => fake.settings[name] ?? value }),
  asRelativePath: (path: string) => path.replace(`${fake.folder}/`, ''),
  onDidChangeConfiguration: new EventEmitter<unknown>().event,
  onDidGrantWorkspaceTrust: new EventEmitter<unknown>().event,
  onDidChangeWorkspaceFolders: new EventEmitter<unknown>().event,
};

export const window = {
  createOutputChannel: () => log,
  registerWebviewPanelSerializer: () => ({ dispose: () => {} }),
  showErrorMessage: vi.fn(async () => undefined),
  showInformationMessage: vi.fn(async () => undefined),
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
