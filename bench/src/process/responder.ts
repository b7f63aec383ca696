import type { Peer, Prepared } from '../peers/peer.ts';
import type { Request } from './protocol.ts';

/** Answers requests with a peer, which has one task at a time. */
export class Responder {
  readonly #peer: Peer;
  readonly #peakBytes: (() => number) | undefined;
  #prepared: Prepared | undefined;

  /** @param peakBytes the most memory that was resident; left out where that is not known. */
  constructor(peer: Peer, peakBytes?: () => number) {
    this.#peer = peer;
    this.#peakBytes = peakBytes;
  }

  async respond(request: Request): Promise<object> {
    switch (request.op) {
      case 'prepare':
        await this.release();
        this.#prepared = await this.#peer.prepare(request.task);
        return {};
      case 'check':
        return { check: await this.#ready.check() };
      case 'step':
        return { seconds: await this.#ready.step(request.count) };
      case 'release':
        await this.release();
        return {};
      case 'versions':
        return this.#peer.versions();
      case 'memory':
        if (this.#peakBytes === undefined) throw new Error('a page does not know its memory');
        return { bytes: this.#peakBytes() };
      case 'download':
        throw new Error('expected a page, which loads what it runs');
    }
  }

  async release(): Promise<void> {
    await this.#prepared?.dispose?.();
    this.#prepared = undefined;
  }

  get #ready(): Prepared {
    if (this.#prepared === undefined) throw new Error('expected a task before steps, got none');
    return this.#prepared;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
