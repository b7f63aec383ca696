// npm run test:vscode: packs the extension, installs it into a real VS Code and drives that in Chromium, as a person would: trainings,
// curves, themes, mistakes in experiments, Korean. Arguments go to vitest: names of test files. Where the tools or a browser are missing,
// it says how they are installed and passes.
//
//   --pictures   draws docs/images/vscode-*.png again
//   --figures    measures what docs/dashboard.md says of the extension
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root, setup } from './setup.mjs';
import { areInstalled, isPlatform, vscodeTools } from './vscode-tools.mjs';

const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const browser = browsers.find((path) => existsSync(path));

const missing = [
  ...(isPlatform ? [] : ['it runs on Linux on x64 alone']),
  ...(!isPlatform || areInstalled() ? [] : ['no VS Code: npm run vscode-tools brings it']),
  ...(browser === undefined ? [`no browser at ${browsers.join(' or ')}: install chromium`] : []),
];
if (missing.length > 0) {
  process.stderr.write(`test:vscode: left out, ${missing.join('; ')}\n`);
  process.exit(0);
}

const scripts = { '--pictures': 'pictures.mts', '--figures': 'figures.mts' };
const [first, ...rest] = process.argv.slice(2);
const script = scripts[first];

setup();
const folder = join(root, 'apps', 'vscode-extension');
const env = {
  KINDLING_VSCODE_NODE: vscodeTools.node,
  KINDLING_CODE_SERVER: vscodeTools.codeServer,
  KINDLING_CHROMIUM: browser,
};
mustRun('turbo', [
  'run',
  'build',
  '--output-logs=errors-only',
  '--filter=kindling',
  '--filter=@kindling/dashboard',
]);
mustRun('npm', ['run', '--silent', 'package'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
if (script === undefined) {
  const args = process.argv.slice(2);
  mustRun('vitest', ['run', '--config', 'vitest.e2e.config.mts', ...args], { cwd: folder, env });
} else {
  mustRun('tsx', ['--conditions=@kindling/source', join('test', 'e2e', script), ...rest], {
    cwd: folder,
    env,
  });
}
