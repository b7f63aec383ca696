import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { WindowOptions } from './workbench.ts';

type Api = typeof vscode;

/** What runs in the extension host: it is sent as text, so it sees its arguments alone. */
export type HostFunction<A, R> = (api: Api, argument: A, require: NodeJS.Require) => R;

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Request {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Runs functions in the extension host of a window. */
export class ExtensionHost {
  readonly #socket: Socket;
  readonly #requests = new Map<number, Request>();
  #last = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.#receive(JSON.parse(line) as Answer);
    });
  }

  /** With what a window has to be opened, and whose host it is then. */
  static payload(
    { url, extensionFolder }: { readonly url: string; readonly extensionFolder: string },
    socket: string,
  ): NonNullable<WindowOptions['payload']> {
    const remote = (path: string): string => `vscode-remote://${new URL(url).host}${path}`;
    return [
      ['extensionDevelopmentPath', remote(extensionFolder)],
      ['extensionTestsPath', remote(join(import.meta.dirname, 'host-bridge.cjs'))],
      ['extensionEnvironment', JSON.stringify({ KINDLING_BRIDGE: socket })],
    ];
  }

  static async connect(socket: string): Promise<ExtensionHost> {
    const end = Date.now() + 120_000;
    while (!existsSync(socket)) {
      if (Date.now() > end)
        throw new Error(`expected the extension host to listen at ${socket}, got nothing`);
      await pauseFor(100);
    }
    return new ExtensionHost(connect(socket));
  }

  /** Runs a function; what it returns comes back as JSON. */
  run<R, A = undefined>(body: HostFunction<A, R>, argument?: A): Promise<Awaited<R>> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve: (value) => resolve(value as Awaited<R>), reject });
      this.#socket.write(`${JSON.stringify({ id, code: body.toString(), argument })}\n`);
    });
  }

  close(): void {
    this.#socket.end();
  }

  #receive({ id, value, error }: Answer): void {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (error === undefined) request?.resolve(value);
    else request?.reject(new Error(error));
  }
}
