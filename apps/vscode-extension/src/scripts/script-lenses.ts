import {
  CodeLens,
  type CodeLensProvider,
  commands,
  type Disposable,
  l10n,
  languages,
  Range,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { findCreateRun } from '../editing/find-create-run.ts';

const scriptSelector = [
  { language: 'typescript', scheme: 'file' },
  { language: 'javascript', scheme: 'file' },
] as const;

/** Above the call by which a program makes a run: Run with Kindling curves. The title of its editor has the same. */
export class ScriptLenses implements CodeLensProvider, Disposable {
  readonly #subscriptions: readonly Disposable[];

  constructor() {
    this.#subscriptions = [
      languages.registerCodeLensProvider([...scriptSelector], this),
      window.onDidChangeVisibleTextEditors(() => noteScripts()),
      workspace.onDidSaveTextDocument(() => noteScripts()),
    ];
    noteScripts();
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const offset = findCreateRun(document.getText());
    if (offset === undefined) return [];
    const start = document.positionAt(offset);
    const title = l10n.t('$(graph-line) Run with Kindling curves');
    return [
      new CodeLens(new Range(start, start), {
        title,
        command: 'kindling.runScript',
        arguments: [document.uri],
      }),
    ];
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }
}

/** Sets for the menus which visible editors have a program that makes a run. */
function noteScripts(): void {
  const scripts = window.visibleTextEditors
    .map(({ document }) => document)
    .filter((document) => languages.match([...scriptSelector], document) > 0)
    .filter((document) => findCreateRun(document.getText()) !== undefined);
  void commands.executeCommand(
    'setContext',
    'kindling.scripts',
    scripts.map(({ uri }) => uri.fsPath),
  );
}
