import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** ECharts as one script: `echarts.min.js` beside this code, where a bundle was given it, else that of the package. */
export function echartsLibrary(): string {
  const beside = fileURLToPath(new URL('echarts.min.js', import.meta.url));
  const path = existsSync(beside)
    ? beside
    : createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  return readFileSync(path, 'utf8');
}
