// Trains the models of docs/charts.md anew and draws its pictures; with --draw, draws them from the columns that are there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { columns } from './columns.ts';
import { columnsFile, docPictures, imagesFolder } from './doc-charts.ts';

mkdirSync(imagesFolder, { recursive: true });
if (!process.argv.includes('--draw')) writeFileSync(columnsFile, `${JSON.stringify(columns())}\n`);
const pictures = docPictures();
for (const { file, svg } of pictures) writeFileSync(join(imagesFolder, file), svg);
console.log(`docs/images/charts: ${pictures.length} pictures`);
