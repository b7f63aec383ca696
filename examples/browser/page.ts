// Trains in the page and shows the numbers: esbuild page.ts --bundle --format=esm --outfile=page.js
/// <reference lib="dom" />
import { digitsTraining, xorLosses } from './training.ts';

const output = document.querySelector('output')!;
output.textContent = JSON.stringify({ xor: xorLosses(), digits: await digitsTraining() });
