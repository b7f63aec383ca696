import type { Implementation } from '../implementations.ts';
import { PeerError, PeerProcess } from './peer-process.ts';

/** One running process for each implementation, started when it is first needed. */
export class PeerPool {
  readonly #peers = new Map<string, PeerProcess>();
  readonly #absent = new Map<string, string>();

  /** Why implementations could not be started, by name. */
  get absent(): ReadonlyMap<string, string> {
    return this.#absent;
  }

  /** The process of an implementation, or undefined when it could not be started, now or before. */
  async get({ name, launch, remedy }: Implementation): Promise<PeerProcess | undefined> {
    const running = this.#peers.get(name);
    if (running?.isRunning) return running;
    if (this.#absent.has(name)) return undefined;
    try {
      const peer = await PeerProcess.start(launch);
      this.#peers.set(name, peer);
      return peer;
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.#absent.set(name, remedy === undefined ? error.message : `${error.message} (${remedy})`);
      return undefined;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.stop()));
    this.#peers.clear();
  }
}
