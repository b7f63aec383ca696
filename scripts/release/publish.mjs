// Publishes release/*.tgz: node scripts/release/publish.mjs [options of npm publish]
//
// Each package comes after those that it depends on, and what is on the registry already is left alone: a run that was cut off can be
// repeated.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mustRun } from '../setup.mjs';
import { releaseFolder } from './platforms.mjs';

const order = ['native', 'core', 'data', 'train', 'viz', 'cli'];

/** kindling-native-linux-x64-0.1.0.tgz holds @kindling/native-linux-x64, kindling-0.1.0.tgz the command line. */
function packageOf(tarball) {
  const [, part, version] = /^kindling-(?:(.+?)-)?(\d+\.\d+\.\d+.*)\.tgz$/.exec(basename(tarball));
  const name = part === undefined ? 'kindling' : `@kindling/${part}`;
  const rank = order.indexOf(part === undefined ? 'cli' : part.split('-')[0]);
  return { tarball, name, version, rank };
}

const isPublished = ({ name, version }) =>
  spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' }).stdout.trim() === version;

const packages = readdirSync(releaseFolder)
  .filter((name) => name.endsWith('.tgz'))
  .map((name) => packageOf(join(releaseFolder, name)))
  .sort((a, b) => a.rank - b.rank);

for (const each of packages) {
  if (isPublished(each)) process.stderr.write(`${each.name}@${each.version} is published\n`);
  else mustRun('npm', ['publish', each.tarball, '--access', 'public', ...process.argv.slice(2)]);
}
