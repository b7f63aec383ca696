// npm run python-tools -- NAME…: installs tools from PyPI into .python-tools/NAME, a virtual environment for each. What a tool is for
// stands at the head of tools/python/NAME.txt, which pins every package. Nothing that a user of Kindling runs needs one.
//
//   --list   names the tools, and which are installed
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

const requirementsFolder = join(root, 'tools', 'python');
const names = readdirSync(requirementsFolder)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length))
  .sort();

/** The pinned packages have wheels from this version of Python on. */
const MINIMUM_PYTHON = [3, 11];

const requirementsOf = (name) => join(requirementsFolder, `${name}.txt`);
const purposeOf = (name) => readFileSync(requirementsOf(name), 'utf8').split('\n', 1)[0].slice(2);

/** Whether any package of a tool is for this platform. */
const hasPackages = (name) =>
  process.platform === 'linux' ||
  readFileSync(requirementsOf(name), 'utf8')
    .split('\n')
    .some((line) => line.includes('==') && !line.endsWith('"linux"'));

/** The folder of a tool. */
const toolFolder = (name) => join(root, '.python-tools', name);

/** The interpreter of a tool's environment. */
const interpreterOf = (name) =>
  process.platform === 'win32'
    ? join(toolFolder(name), 'Scripts', 'python.exe')
    : join(toolFolder(name), 'bin', 'python');

/** Holds the requirements that were installed; written last, so that an interrupted installation does not count. */
const recordOf = (name) => join(toolFolder(name), 'installed.txt');

/** Whether a tool is installed as its requirements say now. */
function isInstalled(name) {
  const record = recordOf(name);
  return existsSync(record) && readFileSync(record, 'utf8') === readFileSync(requirementsOf(name), 'utf8');
}

class ToolError extends Error {}

/** Runs a command and returns its output; fails with the last line that it printed as the reason. */
function output(task, command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw new ToolError(`${task}: expected to run ${command}, but ${error.message}`);
  if (status === 0) return stdout;
  const printed = `${stdout}\n${stderr}`.trim().split('\n');
  const unreachable = printed.find((line) => /connection broken|Failed to establish/.test(line));
  const failed = printed.findLast((line) => line.startsWith('ERROR:')) ?? printed.at(-1);
  const reason = unreachable === undefined ? failed : `PyPI is not reachable: ${unreachable}`;
  throw new ToolError(`${task}: ${command} ended with ${status}: ${reason}`);
}

/** A Python that is new enough. */
function findPython() {
  const found = [];
  for (const command of process.platform === 'win32' ? ['python'] : ['python3', 'python']) {
    const { error, stdout } = spawnSync(
      command,
      ['-c', 'import sys; print(*sys.version_info[:3], sep=".")'],
      { encoding: 'utf8' },
    );
    if (error) continue;
    const [major, minor] = stdout.trim().split('.').map(Number);
    if (major === MINIMUM_PYTHON[0] && minor >= MINIMUM_PYTHON[1]) return command;
    found.push(`${command} ${stdout.trim()}`);
  }
  const what = found.length === 0 ? 'none' : found.join(', ');
  throw new ToolError(`expected Python ${MINIMUM_PYTHON.join('.')} or newer on the PATH, found ${what}`);
}

function install(name) {
  const folder = toolFolder(name);
  if (isInstalled(name)) {
    process.stderr.write(`${name}: is in ${folder}\n`);
    return;
  }
  if (!hasPackages(name))
    throw new ToolError(`${name}: has packages for Linux alone, this is ${process.platform}`);
  process.stderr.write(`${name}: installing into ${folder}. ${purposeOf(name)}\n`);
  const python = findPython();
  rmSync(folder, { recursive: true, force: true });
  output(name, python, ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', 'install'];
  // Every package is pinned, so nothing is left to resolve; TensorFlow's own requirements stay out this way.
  const how = ['--quiet', '--no-deps', '--only-binary=:all:', '--retries=2'];
  output(name, interpreterOf(name), [...pip, ...how, '--requirement', requirementsOf(name)]);
  writeFileSync(recordOf(name), readFileSync(requirementsOf(name)));
  process.stderr.write(`${name}: installed\n`);
}

function main(args) {
  if (args.includes('--list')) {
    for (const name of names) {
      const state = isInstalled(name) ? 'installed' : 'not installed';
      process.stdout.write(`${name.padEnd(12)}${state.padEnd(15)}${purposeOf(name)}\n`);
    }
    return 0;
  }
  const unknown = args.find((name) => !names.includes(name));
  if (args.length === 0 || unknown !== undefined) {
    const got = unknown === undefined ? 'none' : `'${unknown}'`;
    process.stderr.write(`python-tools: expected names out of ${names.join(', ')}, or --list; got ${got}\n`);
    return 2;
  }
  try {
    for (const name of args) install(name);
    return 0;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    process.stderr.write(`python-tools: ${error.message}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
