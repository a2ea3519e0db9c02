import { BadRequestException, Body, Controller, Get, Post } from '@nestjs/common';
import { CurrentUser, type SessionUser } from 'nest-sessions';

@Controller('notes')
export class NotesController {
  /** Your database; notes by user. */
  readonly #notes = new Map<string, string[]>();

  @Get()
  list(@CurrentUser() user: SessionUser): readonly string[] {
    return this.#notes.get(user.id) ?? [];
  }

  @Post()
  add(@CurrentUser() user: SessionUser, @Body('text') text: unknown): { text: string } {
    if (typeof text !== 'string') throw new BadRequestException('text must be a string.');
    this.#notes.set(user.id, [...this.list(user), text]);
    return { text };
  }
}
