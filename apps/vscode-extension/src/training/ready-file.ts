import { basename } from 'node:path';
import { commands, l10n, window, workspace } from 'vscode';
import { isModule } from '../editing/is-experiment.ts';

/** Whether a file may be started: a program not in a workspace that is not trusted. What is written on the screen is saved first. */
export async function isReady(file: string): Promise<boolean> {
  if (isModule(file) && !workspace.isTrusted) {
    void refuse(basename(file));
    return false;
  }
  const document = workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
  return document?.isDirty ? document.save() : true;
}

async function refuse(name: string): Promise<void> {
  const manage = l10n.t('Manage Trust');
  const text = l10n.t(
    '{0} is a program. Trust the workspace to run it, or write the experiment as JSON.',
    name,
  );
  if ((await window.showErrorMessage(text, manage)) === manage) {
    await commands.executeCommand('workbench.trust.manage');
  }
}
