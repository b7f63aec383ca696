// What test files take of Node.js, in a page: files are read from the page's site, at once.

function ask(method, address) {
  const request = new XMLHttpRequest();
  request.open(method, address, false);
  request.send();
  return request;
}

export function readFileSync(address) {
  const { status, responseText } = ask('GET', address);
  if (status !== 200) throw new Error(`expected a file at ${address}, got status ${status}`);
  return responseText;
}

export const existsSync = (address) => ask('HEAD', address).status === 200;
export const mkdtempSync = (prefix) => prefix;
export const rmSync = () => undefined;
export const tmpdir = () => '/';
export const extname = (path) => /\.[^./]*$/.exec(path)?.[0] ?? '';
export const pathToFileURL = (path) => new URL(path, location.href);
export { basename, dirname, join, resolve } from '../../../packages/data/src/host/paths.ts';
