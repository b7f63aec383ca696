import type { Locator, Page } from 'playwright-core';

const widgetOf = (page: Page): Locator => page.locator('.quick-input-widget');
const rowsOf = (page: Page): Locator => widgetOf(page).locator('.quick-input-list .monaco-list-row');

/** Runs a command by its title. The palette lists what is known when it opens, so it is opened again until the command is there. */
export async function runCommand(page: Page, title: string, timeoutMs = 90_000): Promise<void> {
  const widget = widgetOf(page);
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      await page.keyboard.press('F1');
      await widget.locator('input.input').fill(`>${title}`, { timeout: 3000 });
      await rowsOf(page).filter({ hasText: title }).first().click({ timeout: 3000 });
      return;
    } catch (error) {
      if (Date.now() > end)
        throw new Error(`expected the command '${title}' in the palette`, { cause: error });
      await page.keyboard.press('Escape');
    }
  }
}

/** Chooses a row of what a command asks. */
export async function pick(page: Page, text: string): Promise<void> {
  await widgetOf(page).locator('input.input').fill(text);
  await rowsOf(page).filter({ hasText: text }).first().click();
}

/** Chooses several rows of what a command asks. */
export async function pickAll(page: Page, texts: readonly string[]): Promise<void> {
  const widget = widgetOf(page);
  for (const text of texts) {
    await rowsOf(page)
      .filter({ hasText: text })
      .first()
      .locator('.monaco-checkbox, .quick-input-list-checkbox')
      .click();
  }
  await widget.getByRole('button', { name: 'OK' }).click();
}

/** Answers what a command asks with a text. */
export async function answer(page: Page, text: string): Promise<void> {
  await widgetOf(page).locator('input.input').fill(text);
  await page.keyboard.press('Enter');
}

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await pick(page, name);
}
