/** The packages that programs may import, and the files of the page that they are in. */
const files: Readonly<Record<string, string>> = {
  '@kindling/core': 'library/core.js',
  '@kindling/data': 'library/data.js',
  '@kindling/train': 'library/train.js',
  '@kindling/viz': 'library/viz.js',
  '@kindling/playground': 'library/playground.js',
};

/** @param base The address of the page. */
export const packageAddresses = (base: string): ReadonlyMap<string, string> =>
  new Map(Object.entries(files).map(([name, file]) => [name, new URL(file, base).href]));
