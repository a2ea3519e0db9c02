import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { SeenSessions } from './seen-sessions.js';

/** Thrown by a handler to reach {@link SeeingFilter}. */
export class Mistake extends Error {}

@Injectable()
export class SeeingGuard implements CanActivate {
  constructor(private readonly seen: SeenSessions) {}

  canActivate(): boolean {
    this.seen.note('guard');
    return true;
  }
}

@Injectable()
export class SeeingInterceptor implements NestInterceptor {
  constructor(private readonly seen: SeenSessions) {}

  intercept(_: unknown, next: CallHandler): Observable<unknown> {
    this.seen.note('interceptor');
    return next.handle();
  }
}

@Injectable()
export class SeeingPipe implements PipeTransform {
  constructor(private readonly seen: SeenSessions) {}

  transform(value: unknown): unknown {
    this.seen.note('pipe');
    return value;
  }
}

@Catch(Mistake)
@Injectable()
export class SeeingFilter implements ExceptionFilter<Mistake> {
  constructor(private readonly seen: SeenSessions) {}

  catch(_: Mistake, host: ArgumentsHost): unknown {
    this.seen.note('exception filter');
    const answer = { status: 'error', code: 'MISTAKE' };
    if (host.getType() === 'rpc') return throwError(() => answer);
    const response = host.switchToHttp().getResponse<{
      status(code: number): { send(body: object): unknown };
    }>();
    response.status(418).send(answer);
    return undefined;
  }
}
