import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CodeServer } from './driver/code-server.ts';
import { Curves } from './driver/curves.ts';
import { english } from './driver/language.ts';
import { answer, pick, runCommand } from './driver/palette.ts';
import { Project } from './driver/project.ts';
import { newProject, windows } from './driver/windows.ts';
import type { Workbench } from './driver/workbench.ts';

const open = windows();

const train = async ({ page }: Workbench, experiment: string, overrides?: string): Promise<void> => {
  await runCommand(page, english.command(overrides === undefined ? 'train' : 'trainWithOverrides'));
  await pick(page, experiment);
  if (overrides !== undefined) await answer(page, overrides);
};
const runRow = (window: Workbench, name: string) =>
  window.rows(english.view('runs')).filter({ hasText: name });

test('without a command line it says so, and offers to install it', async () => {
  const settings = JSON.stringify({ 'kindling.cliPath': '/nowhere/kindling' });
  const project = newProject({ '.vscode/settings.json': settings });
  const window = await open({ folder: project.folder });
  await window.icon.click();
  await window.pane(english.view('devices')).getByText('The command line kindling was not found.').waitFor();
  await runCommand(window.page, english.command('train'));
  await expect.poll(() => window.notifications()).toContainEqual(expect.stringContaining('was not found'));
  await window.page
    .locator('.notifications-center')
    .getByRole('button', { name: /^Install kindling/ })
    .waitFor();
});

test('where no run can be written it says why', async () => {
  const project = newProject({ runs: 'a file where the folder of runs would be' });
  const window = await open({ folder: project.folder });
  await train(window, 'xor');
  await expect
    .poll(() => window.notifications())
    .toContainEqual(expect.stringContaining('there is a file in the place of a folder.'));
  await window.close();
});

test('a run whose folder is removed under its curves goes from the list, and the page stays', async () => {
  const project = newProject();
  const window = await open({ folder: project.folder });
  await window.icon.click();
  await train(window, 'xor');
  const curves = new Curves(window.page);
  await expect.poll(() => curves.summary('loss')).toContain('xor train');
  await runRow(window, 'xor').filter({ hasText: 'completed' }).waitFor();
  rmSync(join(project.folder, 'runs', 'xor'), { recursive: true });
  await expect.poll(() => runRow(window, 'xor').count()).toBe(0);
  await train(window, 'xor', 'epochs=200 name=again');
  await window.tab('again').waitFor();
  await expect.poll(() => curves.summary('loss')).toContain('again train');
  await window.close();
});

test('two windows on one folder show the same runs, and each can stop them', async () => {
  const project = newProject();
  const [one, other] = [await open({ folder: project.folder }), await open({ folder: project.folder })];
  await one.icon.click();
  await other.icon.click();
  await train(one, 'digits', 'epochs=500 name=shared');
  await runRow(other, 'shared').filter({ hasText: '%' }).waitFor();
  await runCommand(other.page, english.command('stop'));
  await pick(other.page, 'shared');
  await runRow(one, 'shared').filter({ hasText: 'stopped' }).waitFor();
  await runRow(other, 'shared').filter({ hasText: 'stopped' }).waitFor();
  await one.close();
  await other.close();
});

describe('a workspace that is not trusted', () => {
  let server: CodeServer;
  beforeAll(async () => {
    server = await CodeServer.start({
      asksForTrust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
  });
  afterAll(() => server?.stop());

  test('none of its programs is started, nor its command line', async () => {
    const folder = join(server.folder, 'project');
    mkdirSync(folder);
    const project = new Project(folder, {
      'node_modules/kindling/package.json': JSON.stringify({
        name: 'kindling',
        version: '0.1.0',
        bin: 'cli.js',
      }),
      'node_modules/kindling/cli.js': `require('node:fs').writeFileSync('started', '');`,
    });
    const window = await open({ folder: project.folder }, server);
    await window.icon.click();
    await runCommand(window.page, english.command('train'));
    await expect
      .poll(() => window.notifications())
      .toContainEqual(expect.stringContaining('In Restricted Mode it is not looked for elsewhere.'));
    expect(existsSync(project.path('started'))).toBe(false);
    await window.close();
  });
});
