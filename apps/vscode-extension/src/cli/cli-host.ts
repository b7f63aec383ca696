import { homedir } from 'node:os';
import {
  commands,
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  l10n,
  ProgressLocation,
  window,
  workspace,
} from 'vscode';
import { workspaceFolders } from '../workspace.ts';
import { type CliResult, failureText, runCli } from './cli.ts';
import { type CliFinding, type CliPlace, type CliSource, findCli } from './find-cli.ts';
import { PrintedTexts } from './printed-texts.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** The command line that the extension starts, wherever it is. It is looked for each time, since it may be installed meanwhile. */
export class CliHost implements Disposable {
  readonly log: LogOutputChannel = window.createOutputChannel('Kindling', { log: true });
  readonly #changed = new EventEmitter<void>();
  readonly #subscriptions: readonly Disposable[] = [
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kindling.cliPath')) this.#changed.fire();
    }),
    workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
  ];
  /** Another command line may be found now. */
  readonly onDidChange = this.#changed.event;
  readonly #texts = new PrintedTexts();
  #said = '';

  /** The command line; undefined where there is none. The log says which one is used. */
  find(): CliPlace | undefined {
    const finding = findCli({
      folders: workspaceFolders(),
      isTrusted: workspace.isTrusted,
      setting: workspace.getConfiguration('kindling').get('cliPath', ''),
      path: process.env.PATH ?? '',
    });
    this.#say(finding);
    return finding.place;
  }

  /** The command line; where there is none, says so and offers to install it. */
  require(): CliPlace | undefined {
    const place = this.find();
    if (place === undefined) void this.#offer();
    return place;
  }

  /** Where commands start: the first folder of the workspace, else the home folder. */
  get folder(): string {
    return workspaceFolders()[0] ?? homedir();
  }

  /** Runs a command to its end; undefined where there is no command line. @throws where it cannot be started. */
  async run(
    args: readonly string[],
    { cwd = this.folder, ...rest }: RunOptions = {},
  ): Promise<CliResult | undefined> {
    const place = this.find();
    return place && (await runCli(place, args, { cwd, ...rest }));
  }

  /** Runs a command whose work takes a moment, and says what went wrong. Undefined where it failed. */
  async runShown(args: readonly string[], title: string): Promise<CliResult | undefined> {
    const result = await this.#runVisibly(args, title);
    if (result === undefined || result.code === 0) return result;
    this.showError(title, failureText(result));
    return undefined;
  }

  /** Runs a command and shows what it prints. Some print findings and fail. */
  async print(args: readonly string[], title: string): Promise<void> {
    const result = await this.#runVisibly(args, title);
    if (result === undefined) return;
    if (result.code !== 0 && result.stdout.trim() === '') {
      this.showError(title, failureText(result));
      return;
    }
    await this.#texts.show(title, result.code === 0 ? result.stdout : `${result.stdout}\n${result.stderr}`);
  }

  showError(title: string, problem: string): void {
    this.log.error(`${title}: ${problem}`);
    void window.showErrorMessage(`${title}: ${problem}`);
  }

  /** Asks a terminal to install the command line in the workspace. */
  install(): void {
    const [folder] = workspaceFolders();
    const terminal = window.createTerminal({
      name: 'Kindling',
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    terminal.show();
    terminal.sendText(
      folder === undefined || !workspace.isTrusted
        ? 'npm install --global kindling'
        : 'npm install --save-dev kindling',
    );
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed, this.#texts, this.log]) one.dispose();
  }

  async #runVisibly(args: readonly string[], title: string): Promise<CliResult | undefined> {
    const place = this.require();
    if (place === undefined) return undefined;
    try {
      return await window.withProgress({ location: ProgressLocation.Window, title }, () =>
        runCli(place, args, { cwd: this.folder }),
      );
    } catch (error) {
      this.showError(title, String(error));
      return undefined;
    }
  }

  async #offer(): Promise<void> {
    const install = l10n.t('Install');
    const choose = l10n.t('Set Path…');
    const chosen = await window.showErrorMessage(
      workspace.isTrusted
        ? l10n.t('The command line kindling was not found in the workspace, at kindling.cliPath, or in PATH.')
        : l10n.t(
            'The command line kindling was not found in PATH. In Restricted Mode it is not looked for elsewhere.',
          ),
      install,
      choose,
    );
    if (chosen === install) this.install();
    if (chosen === choose) void commands.executeCommand('workbench.action.openSettings', 'kindling.cliPath');
  }

  #say({ place, missing }: CliFinding): void {
    const text = place === undefined ? 'no command line was found' : `using ${cliText(place)}: ${place.path}`;
    if (text === this.#said) return;
    this.#said = text;
    if (missing !== undefined)
      this.log.warn(`kindling.cliPath: expected a program, found none at ${missing}`);
    this.log.info(text);
  }
}

const sources: Readonly<Record<CliSource, () => string>> = {
  workspace: () => l10n.t('workspace'),
  setting: () => l10n.t('setting'),
  global: () => l10n.t('global'),
};

/** Which command line it is, in words: `kindling 0.1.0 (workspace)`. */
export const cliText = ({ source, version }: CliPlace): string =>
  `kindling${version === undefined ? '' : ` ${version}`} (${sources[source]()})`;
