import { type Disposable, l10n, StatusBarAlignment, window } from 'vscode';
import { RunSpeed } from '../runs/run-speed.ts';
import type { WorkspaceRuns } from '../runs/workspace-runs.ts';
import { statusText } from './status-text.ts';

/** The item of the status bar: how far the runs at work are. Not there while none is. */
export class StatusItem implements Disposable {
  readonly #item = window.createStatusBarItem('kindling.training', StatusBarAlignment.Left, 10);
  readonly #subscription: Disposable;

  constructor(runs: WorkspaceRuns) {
    this.#item.name = 'Kindling';
    const pace = new RunSpeed();
    this.#subscription = runs.onDidChange(() => {
      const { running } = runs;
      const rows = running.map(({ row }) => row);
      const now = Date.now();
      pace.note(rows, now);
      const [first] = running;
      if (first === undefined) {
        this.#item.hide();
        return;
      }
      const title = l10n.t('Open Training Curves');
      this.#item.text = statusText(rows, pace.secondsLeft(first.row, now));
      this.#item.tooltip = title;
      this.#item.command = {
        command: 'kindling.openCurves',
        title,
        arguments: [{ kind: 'folder', runs: first.runs }],
      };
      this.#item.show();
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }
}
