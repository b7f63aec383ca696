// The import map of docs/browsers.md, and where its modules lie in this workspace.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';

const docs = readFileSync(join(root, 'docs', 'browsers.md'), 'utf8');

export const importMap = JSON.parse(/<script type="importmap">\n([\s\S]*?)<\/script>/.exec(docs)[1]);

/** Folders of the packages that the map names, by their paths on the site. */
const folders = {
  '@kindling/core': join(root, 'packages', 'core'),
  '@kindling/data': join(root, 'packages', 'data'),
  '@kindling/train': join(root, 'packages', 'train'),
  '@kindling/viz': join(root, 'packages', 'viz'),
  echarts: join(root, 'packages', 'viz', 'node_modules', 'echarts'),
};

/** The file of a path such as `/node_modules/@kindling/core/dist/index.js`; undefined for any other. */
export function moduleFile(path) {
  const [, name, rest] = /^\/node_modules\/((?:@kindling\/)?[a-z]+)\/(.+)$/.exec(path) ?? [];
  if (!Object.hasOwn(folders, name ?? '')) return undefined;
  const file = join(folders[name], rest);
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}
