/** This package's version; `scripts/release/version.mjs` keeps it with the manifest's. */
export const version = '0.1.0';
