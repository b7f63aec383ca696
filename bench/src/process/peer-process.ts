import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Answer, answers, type Request, reply } from './protocol.ts';

/** How a peer's process is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Signal on which it ends what it has started, and itself. Without one it is killed. */
  readonly signal?: NodeJS.Signals;
}

/** Milliseconds that a process has for ending by itself. */
const GRACE = 10_000;

/** What a peer says it cannot do, or why its process ended. Others go on without it. */
export class PeerError extends Error {
  override readonly name: string = 'PeerError';
}

/** A peer that would take longer than it is given. */
export class TooSlowError extends PeerError {
  /** How much longer. */
  readonly detail: string;

  constructor(detail: string) {
    super('too slow');
    this.detail = detail;
  }
}

/** A peer in a process of its own, so that none meets another's memory, threads or compiled code. */
export class PeerProcess {
  /** Seconds that the library's import took. */
  importSeconds = Number.NaN;
  readonly #child: ChildProcess;
  readonly #signal: NodeJS.Signals;
  readonly #lines: AsyncIterator<string>;
  #errors = '';
  #asked = 0;
  /** The request that waits for its answer. */
  #open: Request['op'] | undefined;

  private constructor({ command, args, env, signal = 'SIGKILL' }: Launch) {
    this.#signal = signal;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    // A process that cannot be started or has ended is told of by the answer that does not come.
    this.#child.on('error', ({ message }) => {
      this.#errors += message;
    });
    this.#child.stdin!.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** @throws PeerError when the process does not come up within the time. */
  static async start(launch: Launch, seconds = 60): Promise<PeerProcess> {
    const peer = new PeerProcess(launch);
    try {
      peer.importSeconds = (await peer.#answer('ready', 0, seconds)).ready;
      return peer;
    } catch (error) {
      await peer.stop();
      throw error;
    }
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /**
   * Asks, and waits for the answer; one question at a time, as a peer has one task at a time. A process that takes too long, or
   * says what is no answer to the question, is ended.
   *
   * @throws PeerError with what the peer said.
   */
  async request<R extends Request>(request: R, seconds: number): Promise<Answer<R['op']>> {
    if (this.#open !== undefined) {
      throw new Error(
        `expected one question at a time, got ${request.op} before the answer to ${this.#open}`,
      );
    }
    this.#open = request.op;
    const id = ++this.#asked;
    this.#child.stdin!.write(`${JSON.stringify({ id, ...request })}\n`);
    try {
      return await this.#answer<R['op']>(request.op, id, seconds);
    } finally {
      this.#open = undefined;
    }
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(this.#signal);
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), GRACE);
    await ended;
    clearTimeout(patience);
  }

  async #answer<K extends keyof typeof answers>(kind: K, id: number, seconds: number): Promise<Answer<K>> {
    const line = await this.#line(seconds);
    const replied = reply.safeParse(jsonOf(line));
    if (replied.success && replied.data.id === id) {
      if ('error' in replied.data) throw new PeerError(replied.data.error);
      const parsed = answers[kind].safeParse(replied.data.answer);
      if (parsed.success) return parsed.data as Answer<K>;
    }
    // From here on, nobody knows which question the next line would answer.
    await this.stop();
    throw new PeerError(`expected an answer to ${kind}, got ${line.slice(0, 200)}`);
  }

  async #line(seconds: number): Promise<string> {
    const late = Symbol();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<typeof late>((resolve) => {
      timer = setTimeout(resolve, 1000 * seconds, late);
    });
    const next = await Promise.race([this.#lines.next(), timeout]);
    clearTimeout(timer);
    if (next === late) {
      await this.stop();
      throw new TooSlowError(`no answer within ${seconds} s`);
    }
    if (next.done) throw new PeerError(await this.#ending());
    return next.value;
  }

  /** What is known of the end of a process that answers no more. */
  async #ending(): Promise<string> {
    // Its output ends a moment before it does, and a process that was never started does not end.
    if (this.isRunning) await once(this.#child, 'close');
    const { signalCode, exitCode } = this.#child;
    const how = signalCode ?? (exitCode === null ? 'not started' : `exit code ${exitCode}`);
    const reason = this.#errors.trim().split('\n').at(-1) ?? '';
    return `its process ended (${how})${reason === '' ? '' : `: ${reason}`}`;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
