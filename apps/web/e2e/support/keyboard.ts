import { expect, type Locator, type Page } from '@playwright/test';

/**
 * Moves the focus to `target` as someone without a mouse would; fails when Tab does not lead there, or when nothing
 * shows that it did.
 */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const maxSteps = 60;
  for (let step = 0; step < maxSteps; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
  await expectFocusShown(target);
}

/** A ring or an outline at the focused element, or at what stands for it: a radio button is drawn by its label. */
async function expectFocusShown(target: Locator): Promise<void> {
  const isShown = await target.evaluate((element) => {
    const drawn = [element, element.parentElement, element.parentElement?.parentElement].filter(
      (one) => one !== null && one !== undefined,
    );
    return drawn.some((one) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
  });
  expect(isShown, `${String(target)} shows that it has the focus`).toBe(true);
}

/** Presses the focused thing with the keyboard. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}
