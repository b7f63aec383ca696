import { basename } from 'node:path';
import { commands, type Disposable, l10n, Uri, window } from 'vscode';
import * as z from 'zod';
import type { CliHost } from '../cli/cli-host.ts';
import { readJsonLines } from '../cli/json-lines.ts';

const dataSetRecord = z.object({
  type: z.literal('data-set'),
  name: z.string(),
  description: z.string().catch(''),
  state: z.string().catch(''),
});

/** Commands about the installation and about data. */
export function registerToolCommands(cli: CliHost): Disposable[] {
  const inspectData = async (file?: Uri): Promise<void> => {
    if (file instanceof Uri) {
      await cli.print(['data', 'check', file.fsPath], basename(file.fsPath));
      return;
    }
    const listed = await cli.runShown(['data', 'list', '--json'], l10n.t('Data sets'));
    if (listed === undefined) return;
    const sets = readJsonLines(listed.stdout, dataSetRecord).map(({ name, description, state }) => ({
      label: name,
      description: state,
      detail: description,
    }));
    const csv = { label: l10n.t('CSV file…'), description: '', detail: '' };
    const chosen = await window.showQuickPick([csv, ...sets], { placeHolder: l10n.t('Data set to inspect') });
    if (chosen === csv) {
      const [picked] =
        (await window.showOpenDialog({ canSelectMany: false, filters: { CSV: ['csv', 'gz'] } })) ?? [];
      if (picked !== undefined) await inspectData(picked);
    } else if (chosen !== undefined) {
      await cli.print(['data', 'info', chosen.label], chosen.label);
    }
  };

  return [
    commands.registerCommand('kindling.inspectData', inspectData),
    commands.registerCommand('kindling.doctor', () => cli.print(['doctor'], l10n.t('Doctor'))),
    commands.registerCommand('kindling.installCli', () => cli.install()),
  ];
}
