import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { sessionIdOf, SessionManager } from 'nest-sessions/issuer';
import { failStore, signInAs } from 'nest-sessions/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './testing/chromium.js';
import { startApp } from './testing/running-app.js';

let browser: Browser;

before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());

for (const [protocol, closed] of [
  ['ws', 'Closed with 4401 ERR_SESSION_REQUIRED'],
  ['socket.io', 'Closed with io server disconnect ERR_SESSION_REQUIRED'],
] as const) {
  describe(`the page over ${protocol}`, () => {
    const connections = new Set<Socket>();
    let app: INestApplication<Server>;
    let url: string;
    let visitor: BrowserContext;
    /** Number of handshakes of the visitor. */
    let handshakes: number;

    before(async () => {
      ({ app, url } = await startApp(protocol));
      app.getHttpServer().on('connection', (socket: Socket) => {
        connections.add(socket);
        socket.once('close', () => connections.delete(socket));
      });
    });
    after(() => app.close());
    beforeEach(async () => {
      visitor = await browser.newContext();
      handshakes = 0;
      visitor.on('page', (page) => {
        page.on('websocket', () => (handshakes += 1));
      });
      // Socket.IO begins with long polling.
      visitor.on('request', (request) => {
        if (request.url().includes('/live/?')) handshakes += 1;
      });
    });
    afterEach(() => visitor.close());

    async function openPage(context = visitor): Promise<Page> {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    }

    async function signedIn(username = 'ada', context = visitor): Promise<Page> {
      const page = await openPage(context);
      await page.getByLabel('Username').fill(username);
      await page.getByLabel('Password').fill(`${username}-demo-password`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Connected.').waitFor();
      return page;
    }

    async function write(page: Page, text: string): Promise<void> {
      await page.getByLabel('Note').fill(text);
      await page.getByRole('button', { name: 'Write' }).click();
    }

    function loseNetwork(): void {
      for (const connection of connections) connection.destroy();
    }

    it('shows the notes of another user at once', async () => {
      const ada = await signedIn();
      const other = await browser.newContext();
      const bob = await signedIn('bob', other);
      await write(ada, 'milk');
      await bob.getByText('milk (ada)').waitFor();
      await other.close();
    });

    it('shows why a note is refused, and stays connected', async () => {
      const bob = await signedIn('bob');
      await write(bob, 'bread');
      await bob.getByText('The session has no role that allows this.').waitFor();
      assert.equal(await bob.getByText('bread (bob)').isVisible(), false);
      assert.equal(await bob.getByText('Signed in as bob').isVisible(), true);
    });

    it('shows the sign-in form in all tabs after a sign-out, and does not connect again', async () => {
      await visitor.clock.install();
      const page = await signedIn();
      const otherTab = await openPage();
      await otherTab.getByText('Connected.').waitFor();
      const expected = handshakes;
      await page.getByRole('button', { name: 'Sign out' }).click();
      for (const tab of [page, otherTab]) {
        await tab.getByText(closed).waitFor();
        await tab.getByLabel('Username').waitFor();
      }
      // Longer than the longest pause before a new connection.
      await visitor.clock.fastForward('01:00');
      assert.equal(handshakes, expected);
    });

    it('connects again after the network was lost', async () => {
      const page = await signedIn();
      loseNetwork();
      await page.getByText(/^Connection lost/).waitFor();
      await page.getByText('Connected.').waitFor();
      await write(page, 'tea');
      await page.getByText('tea (ada)').waitFor();
    });

    it('connects again after the session could not be verified for a while', async () => {
      const page = await signedIn();
      const restore = failStore(app);
      await page.getByText(/^Connection lost/).waitFor();
      restore();
      await page.getByText('Connected.').waitFor();
    });

    it('connects again when the browser has another session by then', async () => {
      const page = await signedIn();
      const [old] = await visitor.cookies(url);
      const eve = await signInAs(app, { user: { username: 'eve' } });
      const https = url.replace('http', 'https'); // for `__Host-`
      await visitor.addCookies([{ name: '__Host-sid', value: eve.token, url: https }]);
      await app.get(SessionManager, { strict: false }).revoke(sessionIdOf(old?.value ?? ''));
      await page.getByText('Signed in as eve').waitFor();
      await page.getByText('Connected.').waitFor();
    });

    it('shows the sign-in form if the session has ended while it was not connected', async () => {
      const page = await signedIn();
      await visitor.clearCookies();
      loseNetwork();
      await page.getByText(/^Closed with 4?401/).waitFor();
      await page.getByLabel('Username').waitFor();
    });
  });
}
