import { Controller, Get, Header } from '@nestjs/common';
import { CurrentUser, OptionalSession, type SessionUser } from 'nest-sessions';

@Controller()
export class HomeController {
  @Get()
  @OptionalSession()
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(@CurrentUser() user: SessionUser | null): string {
    if (user === null) return page('<a href="/auth/login">Sign in</a>');
    return page(
      `<p>Signed in as ${escapeHtml(user.username)}. <a href="/reports">Reports</a></p>
       <form method="post" action="/auth/logout"><button>Sign out</button></form>`,
    );
  }
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><title>OpenID Connect</title><body>${content}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0).toString()};`);
}
