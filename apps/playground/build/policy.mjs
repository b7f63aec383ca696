// What the page, its worker and the dashboard in its frame may load and do.

/** Servers that data sets are downloaded from. */
const mirrors = [
  'https://ossci-datasets.s3.amazonaws.com',
  'https://storage.googleapis.com',
  'https://raw.githubusercontent.com',
  'https://cdn.jsdelivr.net',
];

const join = (directives) => directives.join('; ');

export const pagePolicy = {
  /**
   * A program is a module with a `blob:` address, imported by a worker with a `blob:` address, which so has this policy too. That is
   * narrower than `'unsafe-eval'`: no text becomes code within the page, and a blob of script needs a script that makes it.
   */
  page: join([
    "default-src 'none'",
    "script-src 'self' blob: 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${mirrors.join(' ')}`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ]),
  dashboard: join([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ]),
};
