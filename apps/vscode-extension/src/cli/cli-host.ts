import { homedir } from 'node:os';
import {
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  l10n,
  ProgressLocation,
  type WorkspaceFolder,
  window,
  workspace,
} from 'vscode';
import { installPackage } from '../tasks/install-package.ts';
import type { TaskEnds } from '../tasks/task-ends.ts';
import { workspaceFolders, workspacePaths } from '../workspace.ts';
import { type CliResult, failureText, runCli } from './cli.ts';
import { type CliFault, offerCliFixes, sourceText } from './cli-offers.ts';
import { CliVersions, releaseLine } from './cli-version.ts';
import { type CliFinding, type CliLocation, findCli } from './find-cli.ts';
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
    workspace.onDidChangeWorkspaceFolders(() => this.#changed.fire()),
  ];
  /** Another command line may be found now. */
  readonly onDidChange = this.#changed.event;
  readonly #texts = new PrintedTexts();
  readonly #versions = new CliVersions();
  /** Those of another version that are used all the same, by path and version. */
  readonly #accepted = new Set<string>();
  readonly #version: string;
  /** Major and minor version of the extension, which those of the command line have to be. */
  readonly #line: string;
  #said = '';

  readonly #tasks: TaskEnds;

  /** @param version Version of the extension. */
  constructor(version: string, tasks: TaskEnds) {
    this.#tasks = tasks;
    this.#version = version;
    this.#line = releaseLine(version) ?? version;
  }

  /**
   * The command line, that of a folder of the workspace before those of the others; undefined where there is none. The log says which
   * one is used.
   */
  find(folder?: WorkspaceFolder): CliLocation | undefined {
    const finding = findCli({
      folders: workspacePaths(folder),
      isTrusted: workspace.isTrusted,
      setting: workspace.getConfiguration('kindling').get('cliPath', ''),
      path: process.env.PATH ?? '',
    });
    this.#say(finding);
    return finding.place;
  }

  /** The command line; where there is none, or one that does not fit the extension, says so and offers ways on. */
  async require(folder = workspaceFolders()[0]): Promise<CliLocation | undefined> {
    const place = this.find(folder);
    const fault = await this.#faultOf(place);
    if (fault === undefined) return place;
    const decision = await offerCliFixes(fault, this.#wanted, folder, this.#tasks);
    if (decision === 'installed') return this.#installed(folder);
    if (decision === 'use' && fault.kind === 'other') this.#accepted.add(keyOf(fault.place, fault.version));
    return decision === 'use' ? place : undefined;
  }

  /** Where commands start: the first folder of the workspace, else the home folder. */
  get folder(): string {
    return workspacePaths()[0] ?? homedir();
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

  /** Installs the command line: in the first folder of the workspace, or for all folders where there is none that is trusted. */
  async install(): Promise<void> {
    const [folder] = workspaceFolders();
    if (!(await installPackage(this.#wanted, workspace.isTrusted ? folder : undefined, this.#tasks))) return;
    const place = this.#installed(folder);
    if (place !== undefined)
      void window.showInformationMessage(l10n.t('Using {0}: {1}', cliText(place), place.path));
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed, this.#texts, this.log]) one.dispose();
  }

  async #runVisibly(args: readonly string[], title: string): Promise<CliResult | undefined> {
    const place = await this.require();
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

  /** What the package manager is asked for. */
  get #wanted(): string {
    return `kindling@${this.#line}`;
  }

  /** What was installed, which the views show now. */
  #installed(folder: WorkspaceFolder | undefined): CliLocation | undefined {
    this.#changed.fire();
    return this.find(folder);
  }

  async #faultOf(place: CliLocation | undefined): Promise<CliFault | undefined> {
    if (place === undefined) return { kind: 'missing' };
    const asked = await this.#versions.of(place);
    if ('problem' in asked) return { kind: 'broken', place, problem: asked.problem };
    const { version } = asked;
    if (releaseLine(version) === this.#line || this.#accepted.has(keyOf(place, version))) return undefined;
    this.log.warn(`expected kindling ${this.#line}, got ${version}: ${place.path}`);
    return { kind: 'other', place, version, extension: this.#version };
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

const keyOf = ({ path }: CliLocation, version: string): string => `${version} ${path}`;

/** Which command line it is, in words: `kindling 0.1.0 (workspace)`. */
export const cliText = ({ source, version }: CliLocation): string =>
  `kindling${version === undefined ? '' : ` ${version}`} (${sourceText(source)})`;
