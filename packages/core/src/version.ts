/** The version of the package; `scripts/release/version.mjs` writes it. */
export const version = '0.1.0';
