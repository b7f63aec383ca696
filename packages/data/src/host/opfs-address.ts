import { resolve } from './paths.ts';

const SCHEME = 'opfs:';

/** Whether a text names a stored file, and not what a server has. */
export const isStored = (file: string): boolean => file.startsWith(`${SCHEME}/`);

/** The path of a stored file. */
export const storedPath = (file: string): string =>
  resolve(isStored(file) ? file.slice(SCHEME.length) : file);

/** What a stored file is called where an address may stand as well: `opfs:/data/weight_height.csv`. */
export const addressOf = (path: string): string => `${SCHEME}${resolve('/', path)}`;
