import { placingHint } from '#host';
import { DataError } from '../data-error.ts';

/** What happened at one address. */
export interface DownloadAttempt {
  readonly url: string;
  readonly reason: string;
}

/** A file that no mirror gave. */
export class DownloadError extends DataError {
  override readonly name = 'DownloadError';
  readonly attempts: readonly DownloadAttempt[];

  /** `path` is the file's path below the data folder, `target` where it should lie. */
  constructor(path: string, target: string, attempts: readonly DownloadAttempt[]) {
    const lines = attempts.map(({ url, reason }) => `\n  ${url}: ${reason}`).join('');
    super({
      place: path,
      expected:
        attempts.length === 1
          ? 'a download from its mirror'
          : `a download from one of ${attempts.length} mirrors`,
      got: `none:${lines}`,
      hint: placingHint(target),
    });
    this.attempts = attempts;
  }
}
