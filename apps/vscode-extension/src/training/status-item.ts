import { type Disposable, l10n, StatusBarAlignment, window } from 'vscode';
import type { LiveRuns } from '../runs/live-runs.ts';
import { RunPace } from '../runs/run-pace.ts';
import { statusText } from './status-text.ts';

/** The item of the status bar: how far the runs at work are. Not there while none is. */
export class StatusItem implements Disposable {
  readonly #item = window.createStatusBarItem('kindling.training', StatusBarAlignment.Left, 10);
  readonly #pace = new RunPace();
  readonly #subscription: Disposable;

  constructor(runs: LiveRuns) {
    this.#item.name = 'Kindling';
    this.#item.command = 'kindling.openCurves';
    this.#subscription = runs.onDidChange(() => {
      const { running } = runs.list;
      const now = Date.now();
      this.#pace.note(running, now);
      const [first] = running;
      if (first === undefined) {
        this.#item.hide();
        return;
      }
      this.#item.text = statusText(running, this.#pace.secondsLeft(first, now));
      this.#item.tooltip = l10n.t('Open Training Curves');
      this.#item.show();
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }
}
