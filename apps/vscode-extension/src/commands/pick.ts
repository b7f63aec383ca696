import type { RunRow } from '@kindling/dashboard/protocol';
import { l10n, type QuickPickItem, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { WorkspaceRun, WorkspaceRuns } from '../runs/workspace-runs.ts';
import type { ExperimentReference } from '../training/experiment-reference.ts';
import { builtinExperiments, builtinReference, workspaceExperiments } from '../training/experiments.ts';
import { runItem } from '../views/run-item.ts';

interface RunChoice extends QuickPickItem {
  readonly run: WorkspaceRun;
}

async function choices(all: WorkspaceRuns, isWanted: (row: RunRow) => boolean): Promise<RunChoice[]> {
  const { folders } = all;
  await Promise.all(folders.map((runs) => runs.ready()));
  return folders.flatMap((runs) =>
    runs.list.rows.filter(isWanted).map((row) => {
      const { label, description } = runItem(row);
      return {
        label,
        description: folders.length > 1 ? `${runs.name} · ${description}` : description,
        run: { runs, id: row.id },
      };
    }),
  );
}

/** Asks for a run. Undefined where there is none, which is said, or none was chosen. */
export async function pickRun(
  all: WorkspaceRuns,
  placeHolder: string,
  isWanted: (row: RunRow) => boolean = () => true,
): Promise<WorkspaceRun | undefined> {
  const items = await choices(all, isWanted);
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('There is no such run yet.'));
    return undefined;
  }
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.run;
}

/** Asks for several runs. */
export async function pickRuns(all: WorkspaceRuns, placeHolder: string): Promise<readonly WorkspaceRun[]> {
  const items = await choices(all, () => true);
  const options = { placeHolder, canPickMany: true, matchOnDescription: true } as const;
  return ((await window.showQuickPick(items, options)) ?? []).map(({ run }) => run);
}

/** Asks for an experiment, of the workspace or a built-in one. */
export async function pickExperiment(
  cli: CliHost,
  placeHolder: string,
): Promise<ExperimentReference | undefined> {
  if ((await cli.require()) === undefined) return undefined;
  const files = workspaceExperiments();
  const builtins = builtinExperiments(cli).catch((error: unknown) => {
    cli.log.error(`experiment list: ${String(error)}`);
    return [];
  });
  const items = Promise.all([files, builtins]).then(([inWorkspace, builtIn]) => [
    ...inWorkspace.map((experiment) => ({
      label: experiment.name,
      description: workspace.asRelativePath(experiment.reference),
      experiment,
    })),
    ...builtIn.map((builtin) => ({
      label: builtin.name,
      description: l10n.t('built-in'),
      detail: builtin.description,
      experiment: builtinReference(builtin),
    })),
  ]);
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.experiment;
}
