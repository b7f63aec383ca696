import { filesSettled, loadFolder } from '@kindling/data/internal';

/**
 * Brings the runs of a folder from a browser's storage to where `listRuns`, `readRun` and the other readers find them, which answer
 * at once: those of earlier visits, and what other pages and workers of the site have written since. In Node.js there is nothing to do.
 *
 * @param runs The folder of all runs, or of one. Default `runs`.
 * @param options.weights Whether the files of weights are loaded, too. Default false: only their sizes.
 */
export const loadRuns = (
  runs = 'runs',
  options: { readonly weights?: boolean | undefined } = {},
): Promise<void> => loadFolder(runs, options);

/**
 * Waits until the files of runs are in a browser's storage, which is written behind. In Node.js they are there.
 *
 * @throws DataError where the storage takes no more.
 */
export const runsSaved = (): Promise<void> => filesSettled();
