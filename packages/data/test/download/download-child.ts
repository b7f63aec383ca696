import { writeSync } from 'node:fs';
import { download } from '../../src/download/download.ts';
import type { RemoteFile } from '../../src/download/remote-file.ts';

/** A process that downloads one file: `<remote file as JSON> <folder>`. Writes its events as JSON lines. */
const [file, dir] = process.argv.slice(2);
const remote: RemoteFile = JSON.parse(file ?? '');
await download(remote, {
  dir,
  mirror: '',
  onEvent: (event) => writeSync(1, `${JSON.stringify(event)}\n`),
});
