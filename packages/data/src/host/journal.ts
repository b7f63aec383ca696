import { DataError } from '../data-error.ts';
import type { FileStorage } from './file-storage.ts';
import { basename } from './paths.ts';
import type { VolumeWatcher } from './volume.ts';

type Change =
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly position: number;
      readonly pieces: Uint8Array[];
    }
  | { readonly kind: 'replace'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'remove' | 'folder'; readonly path: string };

/** Temporary files, a run's lock, and the request to stop: of this page or worker alone. */
const PASSING = /^\.|^(?:lock|stop)$/;

/**
 * Brings the changes of a volume to the storage, one after the other in the order in which they were made: a page that is closed at
 * whatever moment leaves what a process of Node.js leaves that is killed a moment before.
 */
export class Journal implements VolumeWatcher {
  readonly #open: () => Promise<FileStorage>;
  #waiting: Change[] = [];
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(open: () => Promise<FileStorage>) {
    this.#open = open;
  }

  /** Throws once what kept a change from the storage; it is tried again with the next one. */
  assertWritable(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  wrote(path: string, position: number, bytes: Uint8Array): void {
    const last = this.#waiting.at(-1);
    if (last?.kind === 'write' && last.path === path && endOf(last) === position) last.pieces.push(bytes);
    else this.#add({ kind: 'write', path, position, pieces: [bytes] });
  }

  replaced(path: string, bytes: Uint8Array): void {
    this.#add({ kind: 'replace', path, bytes });
  }

  removed(path: string): void {
    this.#add({ kind: 'remove', path });
  }

  madeFolder(path: string): void {
    this.#add({ kind: 'folder', path });
  }

  /** Whether the storage has all that the volume has. */
  get isSettled(): boolean {
    return this.#running === undefined && this.#waiting.length === 0;
  }

  /** Waits until all changes have reached the storage. @throws where one did not; they are tried again then. */
  async settled(): Promise<void> {
    this.#start();
    while (this.#running !== undefined) await this.#running;
    this.assertWritable();
  }

  #add(change: Change): void {
    if (PASSING.test(basename(change.path))) return;
    this.#waiting.push(change);
    this.#start();
  }

  #start(): void {
    if (this.#running !== undefined || this.#failure !== undefined || this.#waiting.length === 0) return;
    this.#running = this.#write().finally(() => {
      this.#running = undefined;
      this.#start();
    });
  }

  async #write(): Promise<void> {
    let change: Change | undefined;
    try {
      const storage = await this.#open();
      for (change = this.#waiting.shift(); change !== undefined; change = this.#waiting.shift()) {
        await apply(storage, change);
      }
    } catch (cause) {
      if (change !== undefined) this.#waiting.unshift(change);
      this.#failure = { error: asWriteError(change?.path ?? '/', cause) };
    }
  }
}

const endOf = ({ position, pieces }: Extract<Change, { kind: 'write' }>): number =>
  pieces.reduce((end, piece) => end + piece.length, position);

function apply(storage: FileStorage, change: Change): Promise<void> {
  const { kind, path } = change;
  switch (kind) {
    case 'write':
      return storage.writeAt(path, change.position, joined(change.pieces));
    case 'replace':
      return storage.write(path, change.bytes);
    case 'remove':
      return storage.remove(path);
    case 'folder':
      return storage.makeFolder(path);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** What kept a file from the origin's storage, in words. */
export function asWriteError(place: string, cause: unknown): DataError {
  const isFull = cause instanceof Error && cause.name === 'QuotaExceededError';
  return new DataError(
    {
      place,
      expected: "a file of the origin's storage that can be written",
      got: isFull ? 'no room left for this site' : cause instanceof Error ? cause.message : String(cause),
      hint: isFull ? 'remove runs or data that are no longer needed' : undefined,
    },
    { cause },
  );
}
