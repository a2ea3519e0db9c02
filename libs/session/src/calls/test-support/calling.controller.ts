import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ClientProxy, MessagePattern, Payload } from '@nestjs/microservices';
import { catchError, firstValueFrom, lastValueFrom, mergeMap, of, type Observable } from 'rxjs';
import { Public } from '../../roles/public.decorator.js';
import { SessionCalls } from '../session-calls.js';

/** Injection token of the connection to the service that is called. */
export const CALLED = Symbol('calls:called');

/** Service that calls another service while it handles a request. */
@Controller()
export class CallingController {
  /** Runs between a request for a late call and the call. */
  beforeCall: () => Promise<void> = () => Promise.resolve();

  /** Outcome of the last late call or of the last call after the response. */
  outcome: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(CALLED) private readonly called: ClientProxy,
    private readonly calls: SessionCalls,
  ) {}

  @HttpCode(200)
  @Post('send/:pattern')
  send(@Param('pattern') pattern: string, @Body() { data }: { data?: unknown }): Promise<unknown> {
    return this.#outcomeOf(pattern, data);
  }

  @HttpCode(200)
  @Post('observe/:pattern')
  observe(@Param('pattern') pattern: string): Observable<unknown> {
    return this.called.send<unknown>(pattern, {}).pipe(catchError((error: unknown) => of(error)));
  }

  /** Calls a second time after the response to the first call. */
  @HttpCode(200)
  @Post('again/:pattern')
  again(@Param('pattern') pattern: string): Observable<unknown> {
    const call = () => this.called.send<unknown>(pattern, {});
    return call().pipe(
      mergeMap(call),
      catchError((error: unknown) => of(error)),
    );
  }

  @HttpCode(200)
  @Post('late/:pattern')
  late(@Param('pattern') pattern: string): Promise<unknown> {
    this.outcome = this.beforeCall().then(() => this.#outcomeOf(pattern, {}));
    return this.outcome;
  }

  /** Responds at once and calls later. */
  @HttpCode(202)
  @Post('afterwards/:pattern')
  afterwards(@Param('pattern') pattern: string, @Body() { isBound }: { isBound?: boolean }): void {
    const call = () => this.#outcomeOf(pattern, {});
    const work = isBound ? this.calls.bind(call) : call;
    this.outcome = this.beforeCall().then(work);
  }

  @Public()
  @HttpCode(200)
  @Post('anonymous/:pattern')
  anonymous(@Param('pattern') pattern: string): Promise<unknown> {
    return this.#outcomeOf(pattern, {});
  }

  @HttpCode(200)
  @Post('own/:pattern')
  own(@Param('pattern') pattern: string): Promise<unknown> {
    return this.calls.asService(() => this.#outcomeOf(pattern, {}));
  }

  @HttpCode(204)
  @Post('emit')
  async emit(@Body() { data }: { data?: unknown }): Promise<void> {
    await lastValueFrom(this.called.emit('event', data), { defaultValue: null });
  }

  @HttpCode(200)
  @Post('fetch')
  async fetch(@Body() { url }: { url: string }): Promise<unknown> {
    const answer = await this.calls.fetch('called', url);
    return answer.json();
  }

  /** Makes a second hop. */
  @MessagePattern('pass-on')
  passOn(@Payload() { pattern, data }: { pattern: string; data: unknown }): Promise<unknown> {
    return this.#outcomeOf(pattern, data);
  }

  /** Calls outside of any request. */
  byItself(pattern: string): Promise<unknown> {
    return this.#outcomeOf(pattern, {});
  }

  #outcomeOf(pattern: string, data: unknown): Promise<unknown> {
    const answer = this.called.send<unknown>(pattern, data);
    return firstValueFrom(answer.pipe(catchError((error: unknown) => of(error))));
  }
}
