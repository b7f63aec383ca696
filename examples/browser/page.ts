// Trains in the page and shows the numbers: esbuild page.ts --bundle --splitting --format=esm --outdir=FOLDER
/// <reference lib="dom" />
import { ready, tensor } from '@kindling/core';
import { digitsTraining, xorLosses } from './training.ts';

await ready();
const output = document.querySelector('output')!;
output.textContent = JSON.stringify({
  engine: tensor(0).storage.backend.name,
  xor: xorLosses(),
  digits: await digitsTraining(),
});
