import { commands, l10n, type WorkspaceFolder, window, workspace } from 'vscode';
import { installPackage } from '../tasks/install-package.ts';
import type { TaskEnds } from '../tasks/task-ends.ts';
import type { CliLocation, CliSource } from './find-cli.ts';

/** Why a command line cannot be used as it is. */
export type CliFault =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'other';
      readonly place: CliLocation;
      readonly version: string;
      /** Version of the extension. */
      readonly extension: string;
    }
  | { readonly kind: 'broken'; readonly place: CliLocation; readonly problem: string };

/**
 * Says what is wrong with the command line, and offers to install the one that is needed, which in a folder of the workspace is found
 * before all others, to choose another one, or to use one of another version.
 *
 * @param wanted What to install, such as `kindling@0.1`.
 */
export async function offerCliFixes(
  fault: CliFault,
  wanted: string,
  folder: WorkspaceFolder | undefined,
  tasks: TaskEnds,
): Promise<'installed' | 'use' | undefined> {
  const install = l10n.t('Install {0}', wanted);
  const choose = workspace.isTrusted ? l10n.t('Set Path…') : l10n.t('Manage Trust');
  const use = l10n.t('Use Anyway');
  const text = faultText(fault, wanted);
  const chosen =
    fault.kind === 'other'
      ? await window.showWarningMessage(text, install, choose, use)
      : await window.showErrorMessage(text, install, choose);
  if (chosen === use) return 'use';
  if (chosen === choose) void chooseAnother();
  if (chosen !== install) return undefined;
  const isInstalled = await installPackage(wanted, workspace.isTrusted ? folder : undefined, tasks);
  return isInstalled ? 'installed' : undefined;
}

/** Opens the setting; in Restricted Mode, where it is passed over, what trusts the workspace. */
const chooseAnother = (): Thenable<unknown> =>
  workspace.isTrusted
    ? commands.executeCommand('workbench.action.openSettings', 'kindling.cliPath')
    : commands.executeCommand('workbench.trust.manage');

function faultText(fault: CliFault, wanted: string): string {
  if (fault.kind === 'missing') {
    return workspace.isTrusted
      ? l10n.t('The command line kindling was not found in the workspace, at kindling.cliPath, or in PATH.')
      : l10n.t(
          'The command line kindling was not found in PATH. In Restricted Mode it is not looked for elsewhere.',
        );
  }
  const { source, path } = fault.place;
  return fault.kind === 'other'
    ? l10n.t(
        'Version {0} of the extension works with {1}, and found version {2} ({3}): {4}',
        fault.extension,
        wanted,
        fault.version,
        sourceText(source),
        path,
      )
    : l10n.t(
        'The command line kindling ({0}) does not start: {1}: {2}',
        sourceText(source),
        path,
        fault.problem,
      );
}

const sources: Readonly<Record<CliSource, () => string>> = {
  workspace: () => l10n.t('workspace'),
  setting: () => l10n.t('setting'),
  global: () => l10n.t('global'),
};

/** Where a command line was found, in words. */
export const sourceText = (source: CliSource): string => sources[source]();
