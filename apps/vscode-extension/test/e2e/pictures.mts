// Draws docs/images/vscode-*.png: npm run test:vscode -- --pictures. The workspace is /tmp/project, so that no path of this machine is seen.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from './driver/browser.ts';
import { CodeServer } from './driver/code-server.ts';
import { Curves } from './driver/curves.ts';
import { goTo, lensOf, squiggles } from './driver/editor.ts';
import { openFile, pick, runCommand } from './driver/palette.ts';
import { Project } from './driver/project.ts';
import { Workbench } from './driver/workbench.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const images = join(root, 'docs', 'images');
/** Most bytes of a picture. */
const MAX_BYTES = 120_000;

const folder = '/tmp/project';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const digits = readFileSync(join(root, 'experiments', 'digits.json'), 'utf8')
  .replace(/ *"\$schema".*\n/, '')
  .replace('"epochs": 5', '"epochs": 400');
const project = new Project(folder, { 'experiments/digits.json': digits });

const server = await CodeServer.start({
  settings: {
    'window.title': 'project',
    'editor.fontSize': 13,
    'window.menuBarVisibility': 'hidden',
  },
});
const browser = await launchBrowser();
try {
  const window = await Workbench.open(browser, server, { folder, width: 1280, height: 720 });
  const { page } = window;
  const draw = async (name: string): Promise<void> => {
    const path = join(images, `vscode-${name}.png`);
    await page.mouse.move(640, 715);
    await page.waitForTimeout(1000);
    await page.screenshot({ path });
    const { size } = statSync(path);
    process.stdout.write(`${path}: ${size} bytes${size > MAX_BYTES ? `, more than ${MAX_BYTES}` : ''}\n`);
  };
  const useTheme = async (name: string): Promise<void> => {
    await runCommand(page, 'Preferences: Color Theme');
    await pick(page, name);
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };

  await window.icon.click();
  await runCommand(page, 'Kindling: Train Experiment…');
  await pick(page, 'xor');
  await window.tab('xor').waitFor();
  await openFile(page, 'digits.json');
  await lensOf(page, 'Train').click();
  await window.tab('digits').filter({ hasNotText: '.json' }).waitFor();
  await runCommand(page, 'View: Move Editor into Right Group');
  const curves = new Curves(page);
  await curves.chart('loss').locator('canvas').waitFor();
  await curves.frame.getByRole('button', { name: 'List of runs' }).click();
  await page.waitForTimeout(8000);
  await draw('dark');
  await useTheme('Light Modern');
  await draw('light');
  await useTheme('Dark High Contrast');
  await draw('high-contrast');
  await useTheme('Dark Modern');
  await runCommand(page, 'Kindling: Stop');
  await pick(page, 'digits');

  await page.keyboard.press('Control+1');
  project.write('experiments/wide.json', digits.replace('"name": "digits"', '"name": "wide"'));
  await openFile(page, 'wide.json');
  await runCommand(page, 'View: Close Other Editors in Group');
  await goTo(page, 'adam');
  await page.keyboard.type('adan');
  await squiggles(page).waitFor();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget .monaco-list-row').first().waitFor();
  await draw('quick-fix');
  await page.keyboard.press('Escape');
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'Welcome: Open Walkthrough');
  await pick(page, 'Kindling');
  await page.locator('.getting-started-step').first().waitFor();
  await draw('walkthrough');
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
