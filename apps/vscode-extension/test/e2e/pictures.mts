// Draws docs/images/vscode-*.png: npm run test:vscode -- --pictures [SCENE …]. The workspace has the neutral path that pictures show.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from './driver/browser.ts';
import { CodeServer } from './driver/code-server.ts';
import { Curves } from './driver/curves.ts';
import { goTo, lensOf, openQuickFixes, squiggles } from './driver/editor.ts';
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
new Project(folder, {
  'experiments/digits.json': digits,
  'experiments/wide.json': digits
    .replace('"name": "digits"', '"name": "wide"')
    .replace('"out": 128', '"out": 512'),
});

const server = await CodeServer.start({
  settings: {
    'window.title': 'project',
    'editor.fontSize': 13,
    'window.menuBarVisibility': 'hidden',
  },
});
const browser = await launchBrowser();

async function draw({ page }: Workbench, name: string): Promise<void> {
  const path = join(images, `vscode-${name}.png`);
  await page.mouse.move(640, 655);
  await page.waitForTimeout(1000);
  await page.screenshot({ path });
  const { size } = statSync(path);
  process.stdout.write(`${path}: ${size} bytes${size > MAX_BYTES ? `, more than ${MAX_BYTES}` : ''}\n`);
}

async function useTheme({ page }: Workbench, name: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await pick(page, name);
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

async function inWindow(draws: (window: Workbench) => Promise<void>): Promise<void> {
  const window = await Workbench.open(browser, server, { folder, width: 1280, height: 660 });
  await draws(window);
  await window.close();
}

const scenes: Readonly<Record<string, (window: Workbench) => Promise<void>>> = {
  'quick-fix': async (window) => {
    const { page } = window;
    await window.icon.click();
    await openFile(page, 'wide.json');
    await goTo(page, 'adam');
    await page.keyboard.type('adan');
    await squiggles(page).first().waitFor();
    await (await openQuickFixes(page)).first().waitFor();
    await draw(window, 'quick-fix');
  },
  walkthrough: async (window) => {
    const { page } = window;
    // Steps have their pictures beside them where there is room.
    await page.keyboard.press('Control+B');
    await runCommand(page, 'Welcome: Open Walkthrough');
    await pick(page, 'Kindling');
    await page.locator('.getting-started-step').filter({ hasText: 'Train XOR' }).click();
    await draw(window, 'walkthrough');
  },
  themes: async (window) => {
    const { page } = window;
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
    await draw(window, 'dark');
    await useTheme(window, 'Light Modern');
    await draw(window, 'light');
    await useTheme(window, 'Dark High Contrast');
    await draw(window, 'high-contrast');
  },
};

const wanted = process.argv.slice(2);
try {
  for (const [name, scene] of Object.entries(scenes)) {
    if (wanted.length === 0 || wanted.includes(name)) await inWindow(scene);
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
