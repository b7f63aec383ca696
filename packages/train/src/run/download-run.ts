import { KindlingError } from '@kindling/core/internal/errors';
import { RunFolder } from './run-folder.ts';
import { zipRun } from './zip-run.ts';

/*
 * The part of a page's document that is used.
 */
interface Anchor {
  href: string;
  download: string;
  click(): void;
}

/**
 * Offers a run to the person before the page as a file to save: the archive that {@link zipRun} makes. For pages: a worker has no
 * downloads, and posts the bytes of `zipRun` to its page.
 *
 * @throws RunError for a folder without a run; KindlingError outside of a page.
 */
export async function downloadRun(path: string): Promise<void> {
  const document: { createElement(name: string): Anchor } | undefined = Reflect.get(globalThis, 'document');
  if (document === undefined) throw new KindlingError('downloadRun: expected a page, got no document');
  const archive = new Blob([await zipRun(path)], { type: 'application/zip' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(archive);
  link.download = `${new RunFolder(path).name}.zip`;
  link.click();
  // The download has its own hold on the archive once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
