#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

// From Node.js 22.8 on; before, each start compiles the bundle anew.
module.enableCompileCache?.();
const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write(
    'kindling: expected a built CLI in apps/cli/dist, found none; run npm run setup && npm run build\n',
  );
  process.exit(1);
}
const { run } = await import(main.href);
process.exitCode = await run(process.argv.slice(2));
