import { commands, type Disposable, l10n, Uri, window } from 'vscode';
import type { ScriptRunner } from '../scripts/script-runner.ts';

/** Commands about programs. They receive a file, or nothing for that of the active editor. */
export function registerScriptCommands(scripts: ScriptRunner): Disposable[] {
  const runScript = async (argument?: Uri): Promise<void> => {
    const file = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
    if (file?.scheme === 'file' && /\.[cm]?[jt]s$/.test(file.fsPath)) {
      await scripts.run(file.fsPath);
      return;
    }
    void window.showErrorMessage(l10n.t('Open a program first: a file of TypeScript or JavaScript.'));
  };
  return [commands.registerCommand('kindling.runScript', runScript)];
}
