import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../../../tools/testing/eventually';
import type { ConsoleUser } from './console-user';

/** Fills in and sends the form of the sign-in page. */
export async function enter(page: Page, { username, password }: ConsoleUser): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Confirms a dialog, and the password when the server asks for it. */
export async function confirm(page: Page, action: string, { password }: ConsoleUser) {
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: action }).click();
  const question = page.getByRole('dialog', { name: 'Confirm your password' });
  await eventually(
    async () =>
      (await question.isVisible()) ||
      !(await dialog.isVisible()) ||
      signInHeading(page).isVisible(),
  );
  if (!(await question.isVisible())) return;
  await question.getByLabel('Password').fill(password);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await question.waitFor({ state: 'detached' });
}

/** Heading of a page. */
export function heading(page: Page, text: string): Locator {
  return page.getByRole('heading', { level: 1, name: text, exact: true });
}

/** Heading of the sign-in page. */
export function signInHeading(page: Page): Locator {
  return heading(page, 'Sign in');
}

/** Reports whether an element has the keyboard's focus. */
export async function hasFocus(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(':focus')).count()) === 1;
}

/** Returns the accessibility problems of a page, each with the elements that have it. */
export async function accessibilityProblemsOf(page: Page): Promise<readonly unknown[]> {
  await page.evaluate(axe.source);
  return page.evaluate<unknown[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
  );
}
