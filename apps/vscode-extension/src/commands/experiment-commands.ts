import { basename, join } from 'node:path';
import { commands, type Disposable, l10n, Uri, window } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import { parseOverrides } from '../cli/command-line.ts';
import { experimentName } from '../editing/is-experiment.ts';
import { type ExperimentReference, namedFile } from '../training/experiment-reference.ts';
import type { Trainer } from '../training/trainer.ts';
import type { ExperimentNode } from '../views/experiments-view.ts';
import { pickExperiment } from './pick.ts';

/** What a command receives: a node of the view, the file of an editor or of the explorer, the name of a built-in one, or nothing. */
type ExperimentArgument = ExperimentNode | Uri | string | undefined;

/** Commands about experiments. */
export function registerExperimentCommands(cli: CliHost, trainer: Trainer): Disposable[] {
  const chosen = async (
    argument: ExperimentArgument,
    placeHolder: string,
  ): Promise<ExperimentReference | undefined> => referenceOf(argument) ?? pickExperiment(cli, placeHolder);

  const train = async (argument?: ExperimentArgument): Promise<void> => {
    const experiment = await chosen(argument, l10n.t('Experiment to train'));
    if (experiment !== undefined) await trainer.train(experiment);
  };

  const trainWithOverrides = async (argument?: ExperimentArgument): Promise<void> => {
    const experiment = await chosen(argument, l10n.t('Experiment to train'));
    if (experiment === undefined) return;
    const text = await window.showInputBox({
      prompt: l10n.t('Settings to change, separated by spaces'),
      placeHolder: 'optimizer.lr=0.01 epochs=5 device=cpu',
      ignoreFocusOut: true,
      validateInput: (value) => {
        const parsed = parseOverrides(value);
        return 'wrong' in parsed ? l10n.t('Expected path=value, got {0}', parsed.wrong) : undefined;
      },
    });
    if (text === undefined) return;
    const parsed = parseOverrides(text);
    if ('set' in parsed) await trainer.train(experiment, parsed.set);
  };

  const dryRun = async (argument?: ExperimentArgument): Promise<void> => {
    const experiment = await chosen(argument, l10n.t('Experiment to check'));
    if (experiment !== undefined) await trainer.dryRun(experiment);
  };

  const open = async (argument?: ExperimentArgument): Promise<void> => {
    const experiment = await chosen(argument, l10n.t('Experiment to open'));
    if (experiment?.file !== undefined) {
      await commands.executeCommand('vscode.open', Uri.file(experiment.file));
    } else if (experiment !== undefined) {
      await cli.print(['experiment', 'show', experiment.reference], experiment.name);
    }
  };

  const create = async (): Promise<void> => {
    const source = await pickSource(cli);
    if (source === undefined) return;
    const target = await window.showSaveDialog({
      // Files of this name are completed by the schema.
      defaultUri: Uri.file(join(cli.folder, `${basename(source, '.csv')}.experiment.json`)),
      filters: { [l10n.t('Experiment')]: ['json', 'mjs', 'ts'] },
    });
    if (target === undefined) return;
    const path = target.fsPath;
    const args = ['init', experimentName(path, ''), '--from', source, '-o', path, '--force'];
    const result = await cli.runShown(args, l10n.t('Writing {0}', basename(path)));
    if (result !== undefined) await commands.executeCommand('vscode.open', target);
  };

  return [
    commands.registerCommand('kindling.train', train),
    commands.registerCommand('kindling.trainXor', () => train('xor')),
    commands.registerCommand('kindling.trainMnist', () => train('mnist')),
    commands.registerCommand('kindling.trainWithOverrides', trainWithOverrides),
    commands.registerCommand('kindling.dryRun', dryRun),
    commands.registerCommand('kindling.openExperiment', open),
    commands.registerCommand('kindling.newExperiment', create),
  ];
}

function referenceOf(argument: ExperimentArgument): ExperimentReference | undefined {
  if (argument === undefined) return undefined;
  if (typeof argument === 'string') return { reference: argument, name: argument, file: undefined };
  if (argument instanceof Uri) return namedFile(argument.fsPath);
  return argument.kind === 'experiment' ? argument.experiment : undefined;
}

/** What a new experiment is made from: a CSV file or a built-in experiment. */
async function pickSource(cli: CliHost): Promise<string | undefined> {
  const csv = l10n.t('From a CSV file…');
  const builtin = l10n.t('From a built-in experiment…');
  const kind = await window.showQuickPick([csv, builtin], { placeHolder: l10n.t('New experiment') });
  if (kind === builtin) return (await pickExperiment(cli, l10n.t('Experiment to copy')))?.reference;
  if (kind !== csv) return undefined;
  const [file] =
    (await window.showOpenDialog({ canSelectMany: false, filters: { CSV: ['csv', 'gz'] } })) ?? [];
  return file?.fsPath;
}
