import {
  CodeLens,
  type CodeLensProvider,
  type Disposable,
  EventEmitter,
  l10n,
  languages,
  Range,
  type TextDocument,
} from 'vscode';

import { bestMetric, metricText } from '../runs/run-values.ts';
import type { WorkspaceRuns } from '../runs/workspace-runs.ts';
import { experimentSelector } from './experiment-checks.ts';
import { experimentName, isExperiment, isModule } from './is-experiment.ts';

/** Above an experiment: Train, Dry Run, and what its newest run came to. */
export class ExperimentLenses implements CodeLensProvider, Disposable {
  readonly #runs: WorkspaceRuns;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: readonly Disposable[];

  constructor(runs: WorkspaceRuns) {
    this.#runs = runs;
    const modules = { pattern: '**/*.{mjs,ts}', scheme: 'file' };
    this.#subscriptions = [
      languages.registerCodeLensProvider([...experimentSelector, modules], this),
      runs.onDidChange(() => this.#changed.fire()),
    ];
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const text = document.getText();
    const { fileName, uri } = document;
    if (!isExperiment(fileName, text)) return [];
    const start = document.positionAt(
      Math.max(0, isModule(fileName) ? text.indexOf('export default') : text.indexOf('{')),
    );
    const range = new Range(start, start);
    const lenses = [
      new CodeLens(range, { title: l10n.t('$(play) Train'), command: 'kindling.train', arguments: [uri] }),
      new CodeLens(range, { title: l10n.t('Dry Run'), command: 'kindling.dryRun', arguments: [uri] }),
    ];
    const runs = this.#runs.of(fileName);
    const last = runs?.list.newestOf(experimentName(fileName, text));
    if (last === undefined) return lenses;
    const best = bestMetric(last);
    const title = l10n.t('Last run: {0}', best === undefined ? last.id : metricText(best));
    const run = { kind: 'run', runs, id: last.id };
    return [...lenses, new CodeLens(range, { title, command: 'kindling.openCurves', arguments: [run] })];
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed]) one.dispose();
  }
}
