import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { languagePack } from './language-pack.ts';
import { program } from './programs.ts';
import { machineSettings, userSettings } from './settings.ts';

const extension = join(import.meta.dirname, '..', '..', '..');

const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
};

/** The packed extension. */
export const vsix = join(extension, 'package', `${manifest.name}-${manifest.version}.vsix`);

/** By which the editor knows the extension. */
export const extensionId = `${manifest.publisher}.${manifest.name}`;

export interface ServerOptions {
  /** More settings of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the editor asks if a workspace is trusted. Default: every workspace is. */
  readonly asksForTrust?: boolean;
}

/** A VS Code that is served to browsers of this machine, with the packed extension, and nothing of the user's own. */
export class CodeServer {
  /** Address of its pages. */
  readonly url: string;
  /** A folder of the server alone. */
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.folder = folder;
    this.#child = child;
  }

  static async start({ settings = {}, asksForTrust = false }: ServerOptions = {}): Promise<CodeServer> {
    const folder = mkdtempSync(join(tmpdir(), 'kindling-vscode-'));
    try {
      const user = join(folder, 'user');
      write(join(user, 'User', 'settings.json'), {
        ...userSettings,
        'security.workspace.trust.enabled': asksForTrust,
        ...settings,
      });
      write(join(user, 'Machine', 'settings.json'), machineSettings);
      for (const [name, content] of Object.entries(languagePack(user))) write(join(user, name), content);
      write(join(folder, 'config.yaml'), { auth: 'none' });
      const common = [
        program('codeServer'),
        ...['--config', join(folder, 'config.yaml')],
        ...['--user-data-dir', user],
        ...['--extensions-dir', join(folder, 'extensions')],
      ];
      const env = isolated(folder);
      install([...common, '--install-extension', vsix, '--force'], env);
      const child = spawn(program('node'), [...common, ...flags(asksForTrust)], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that what it has started ends with it.
        detached: true,
      });
      return new CodeServer(await addressOf(child), folder, child);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Where the extension is installed. */
  get extensionFolder(): string {
    return join(this.folder, 'extensions', `${extensionId}-${manifest.version}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      endGroup(child, 'SIGTERM');
      const timer = setTimeout(() => endGroup(child, 'SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

function write(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
}

/** The environment without what belongs to an editor in whose terminal the tests run, and with a home of its own. */
function isolated(folder: string): NodeJS.ProcessEnv {
  const foreign =
    /^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|NODE_ENV$|PORT$|PASSWORD$|HASHED_PASSWORD$|VITEST)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    TMPDIR: folder,
    // No gallery: nothing is looked for elsewhere.
    EXTENSIONS_GALLERY: '{}',
  };
}

function install(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stdout, stderr } = spawnSync(program('node'), args, {
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0)
    throw new Error(`expected ${vsix} to be installed, got exit code ${status}: ${stdout}${stderr}`);
}

const flags = (asksForTrust: boolean): readonly string[] => [
  ...['--bind-addr', '127.0.0.1:0', '--auth', 'none'],
  '--disable-telemetry',
  '--disable-update-check',
  '--disable-getting-started-override',
  '--disable-proxy',
  '--ignore-last-opened',
  // A window that was loaded anew leaves its extension host behind, for this many seconds.
  ...['--reconnection-grace-time', '5'],
  // Tells the page when the workbench is there.
  ...['--vscode-option', 'enable-smoke-test-driver'],
  ...(asksForTrust ? [] : ['--disable-workspace-trust']),
];

/** Waits until the server says where it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (what: string): void => {
      endGroup(child, 'SIGKILL');
      reject(new Error(`expected code-server to listen, got ${what}: ${printed}`));
    };
    const timer = setTimeout(() => fail('nothing within two minutes'), 120_000);
    const read = (text: string): void => {
      printed = (printed + text).slice(-4000);
      const url = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`exit code ${code}`);
    });
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
