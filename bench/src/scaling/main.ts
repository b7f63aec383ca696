// npm run docs:scaling: measures how processes share steps here, and writes the model's times for clusters: docs/scaling.md and its
// pictures. With --draw, from what was measured before.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot, packageRoot } from '../package-root.ts';
import { measure, measuredSchema } from './measure.ts';
import { picturesOf, withReport } from './report.ts';

const file = join(packageRoot, 'results', 'scaling.json');
if (!process.argv.includes('--draw')) writeFileSync(file, `${JSON.stringify(await measure())}\n`);
const measured = measuredSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const images = join(checkoutRoot, 'docs', 'images', 'scaling');
mkdirSync(images, { recursive: true });
for (const program of measured.programs) {
  for (const theme of ['light', 'dark'] as const) {
    for (const { name, svg } of picturesOf(program, theme)) writeFileSync(join(images, `${name}.svg`), svg);
  }
}
const page = join(checkoutRoot, 'docs', 'scaling.md');
writeFileSync(page, withReport(readFileSync(page, 'utf8'), measured));
