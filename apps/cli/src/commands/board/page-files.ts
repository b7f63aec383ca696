import { StaticFiles } from './static-files.ts';

/** The files of the dashboard. */
export const dashboardFiles = new StaticFiles('page');

/**
 * The document that loads the page; undefined where it was not built.
 *
 * @param path Where its files are.
 */
export async function readPageDocument(path: string): Promise<string | undefined> {
  const found = await dashboardFiles.read('index.html');
  return (
    found && new TextDecoder().decode(found.bytes).replace(/(href|src)="(index\.\w+)"/g, `$1="${path}$2"`)
  );
}

/** What the page may load and do: its own files and its own connection. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
