#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write(
    'kindling: expected a built CLI in apps/cli/dist, found none; run npm run setup && npm run build\n',
  );
  process.exit(1);
}
const { onExit, run } = await import(main.href);
process.once('exit', onExit);
process.exitCode = await run(process.argv.slice(2));
