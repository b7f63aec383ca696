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
import type { LiveRuns } from '../runs/live-runs.ts';
import { bestMetric, metricText } from '../runs/run-values.ts';
import { experimentSelector } from './experiment-checks.ts';
import { experimentName, isModule, looksLikeExperiment, looksLikeExperimentModule } from './is-experiment.ts';

/** Above an experiment: Train, Dry Run, and what its newest run came to. */
export class ExperimentLenses implements CodeLensProvider, Disposable {
  readonly #runs: LiveRuns;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: readonly Disposable[];

  constructor(runs: LiveRuns) {
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
    if (!(isModule(fileName) ? looksLikeExperimentModule(text) : looksLikeExperiment(text))) return [];
    const start = document.positionAt(
      Math.max(0, isModule(fileName) ? text.indexOf('export default') : text.indexOf('{')),
    );
    const range = new Range(start, start);
    const lenses = [
      new CodeLens(range, { title: l10n.t('$(play) Train'), command: 'kindling.train', arguments: [uri] }),
      new CodeLens(range, { title: l10n.t('Dry Run'), command: 'kindling.dryRun', arguments: [uri] }),
    ];
    const last = this.#runs.list.newestOf(experimentName(fileName, text));
    if (last === undefined) return lenses;
    const best = bestMetric(last);
    const title = l10n.t('Last run: {0}', best === undefined ? last.id : metricText(best));
    return [...lenses, new CodeLens(range, { title, command: 'kindling.openCurves', arguments: [last] })];
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed]) one.dispose();
  }
}
