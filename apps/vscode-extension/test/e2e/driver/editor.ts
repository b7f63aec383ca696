import type { Locator, Page } from 'playwright-core';

const editorOf = (page: Page): Locator => page.locator('.editor-instance .monaco-editor').first();

/** The text that is on the screen, with plain spaces. */
export async function editorText(page: Page): Promise<string> {
  const lines = await editorOf(page).locator('.view-line').allTextContents();
  return lines.join('\n').replaceAll('\u00a0', ' ');
}

/** Selects the first place of a text in the editor. */
export async function goTo(page: Page, text: string): Promise<void> {
  await editorOf(page).locator('.view-line').first().click();
  await page.keyboard.press('Control+F');
  const find = page.locator('.find-widget.visible');
  await find.locator('textarea').first().fill(text);
  await find
    .locator('.matchesCount')
    .filter({ hasText: /\d+ of \d+/ })
    .waitFor();
  await page.keyboard.press('Escape');
}

/** What is underlined as wrong. */
export const squiggles = (page: Page): Locator => editorOf(page).locator('.squiggly-error');

/** A text above a line, such as `Train`. */
export const lensOf = (page: Page, text: string): Locator =>
  editorOf(page).locator('.codelens-decoration a').filter({ hasText: text });

/** Opens what is offered for the problem at the cursor: again until there is something, since a check comes after the typing. */
export async function openQuickFixes(page: Page): Promise<Locator> {
  const rows = page.locator('.action-widget .monaco-list-row');
  for (let i = 0; i < 20 && (await rows.count()) === 0; i++) {
    // Into the editor, where the cursor is.
    await page.keyboard.press('Control+1');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await rows
      .first()
      .waitFor({ timeout: 5000 })
      .catch(() => {});
  }
  return rows;
}

/** Chooses what is offered for the problem at the cursor. */
export async function quickFix(page: Page, title: string): Promise<void> {
  await (await openQuickFixes(page)).filter({ hasText: title }).click();
}
