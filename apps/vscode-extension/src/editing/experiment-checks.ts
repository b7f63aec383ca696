import { dirname } from 'node:path';
import {
  CodeAction,
  CodeActionKind,
  type CodeActionProvider,
  Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  l10n,
  languages,
  Range,
  type TextDocument,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import { Debounced } from './debounced.ts';
import { isExperiment } from './is-experiment.ts';
import { type Problem, readProblems, replacement } from './problem.ts';

/** How long typing rests before a check, in milliseconds. */
const REST_MS = 300;

/** The documents that may be experiments. Modules are programs: they are checked by a dry run, not while they are typed. */
export const experimentSelector = [
  { language: 'json', scheme: 'file' },
  { language: 'jsonc', scheme: 'file' },
] as const;

/** Problems of experiments while they are typed, and quick fixes for those that come with a suggestion. */
export class ExperimentChecks implements CodeActionProvider, Disposable {
  readonly #cli: CliHost;
  readonly #diagnostics = languages.createDiagnosticCollection('kindling');
  readonly #debounced = new Debounced(REST_MS);
  readonly #problems = new Map<string, { readonly version: number; readonly problems: readonly Problem[] }>();
  readonly #subscriptions: readonly Disposable[];

  constructor(cli: CliHost) {
    this.#cli = cli;
    this.#subscriptions = [
      workspace.onDidOpenTextDocument((document) => this.#request(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#request(document)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      cli.onDidChange(() => this.#requestAll()),
      languages.registerCodeActionsProvider([...experimentSelector], this, {
        providedCodeActionKinds: [CodeActionKind.QuickFix],
      }),
    ];
    this.#requestAll();
  }

  provideCodeActions(document: TextDocument, range: Range): CodeAction[] {
    const known = this.#problems.get(document.uri.toString());
    if (known?.version !== document.version) return [];
    return known.problems.flatMap((problem) => {
      const { suggestion } = problem;
      const place = rangeOf(problem);
      if (suggestion === undefined || !place.intersection(range)) return [];
      const action = new CodeAction(l10n.t('Change to {0}', suggestion), CodeActionKind.QuickFix);
      action.edit = new WorkspaceEdit();
      action.edit.replace(document.uri, place, replacement(document.getText(place), suggestion));
      action.diagnostics = [diagnosticOf(problem)];
      action.isPreferred = true;
      return [action];
    });
  }

  dispose(): void {
    this.#debounced.dispose();
    for (const one of [...this.#subscriptions, this.#diagnostics]) one.dispose();
  }

  #requestAll(): void {
    for (const document of workspace.textDocuments) this.#request(document);
  }

  #request(document: TextDocument): void {
    const isOne =
      languages.match([...experimentSelector], document) > 0 &&
      isExperiment(document.fileName, document.getText());
    if (!isOne) {
      this.#forget(document);
      return;
    }
    this.#debounced.request(document.uri.toString(), (signal) => {
      this.#check(document, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#cli.log.error(`experiment check: ${String(error)}`);
      });
    });
  }

  async #check(document: TextDocument, signal: AbortSignal): Promise<void> {
    const { version } = document;
    const result = await this.#cli.run(['experiment', 'check', '-', '--json'], {
      cwd: dirname(document.fileName),
      input: document.getText(),
      signal,
    });
    if (result === undefined || signal.aborted || document.version !== version) return;
    const problems = readProblems(result.stdout);
    this.#problems.set(document.uri.toString(), { version, problems });
    this.#diagnostics.set(document.uri, problems.map(diagnosticOf));
  }

  #forget({ uri }: TextDocument): void {
    this.#debounced.cancel(uri.toString());
    if (this.#problems.delete(uri.toString())) this.#diagnostics.delete(uri);
  }
}

const rangeOf = ({ start, end }: Problem): Range =>
  new Range(start.line, start.character, end.line, end.character);

function diagnosticOf(problem: Problem): Diagnostic {
  const diagnostic = new Diagnostic(rangeOf(problem), problem.message, DiagnosticSeverity.Error);
  diagnostic.source = 'kindling';
  return diagnostic;
}
