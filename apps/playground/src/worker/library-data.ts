// What programs import as `@kindling/data`: downloads are seen on the console.
import * as data from '@kindling/data';
import { noteDownloads } from './download-notes.ts';
import { output } from './page.ts';

// biome-ignore lint/performance/noReExportAll: all of it, but what downloads
export * from '@kindling/data';

const notes = { onEvent: noteDownloads((level, text) => output.print(level, text)) };

export const mnist: typeof data.mnist = (options) => data.mnist({ ...notes, ...options });
export const diabetes: typeof data.diabetes = (options) => data.diabetes({ ...notes, ...options });
export const weightHeight: typeof data.weightHeight = (options) =>
  data.weightHeight({ ...notes, ...options });
