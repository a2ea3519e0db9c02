import { Controller, type INestMicroservice } from '@nestjs/common';
import {
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { freePort } from '../../../../../tools/processes/free-port.js';
import { silent } from '../../../test-support/http-adapters.js';

/** Service with the answers that a test sets, even answers that no sane service would give. */
export class ScriptedAuth {
  /** Received messages in order: the pattern and the data. */
  readonly received: [pattern: string, data: object][] = [];
  /** Next answers, by pattern. A promise that never settles is an answer that never comes. */
  answers: Record<string, (data: { id: string }) => unknown> = {};
  #app: INestMicroservice | null = null;

  private constructor(readonly port: number) {}

  static async start(): Promise<ScriptedAuth> {
    const auth = new ScriptedAuth(await freePort());
    await auth.startAgain();
    return auth;
  }

  /** Patterns of the received messages. */
  get patterns(): string[] {
    return this.received.map(([pattern]) => pattern);
  }

  async startAgain(): Promise<void> {
    const answer = (pattern: string, message: { data: { id: string } }): unknown => {
      this.received.push([pattern, message.data]);
      return this.answers[pattern]?.(message.data);
    };

    @Controller()
    class Handlers {
      @MessagePattern('session.introspect')
      introspect(@Payload() data: { data: { id: string } }): unknown {
        return answer('session.introspect', data);
      }

      @MessagePattern('session.touch')
      touch(@Payload() data: { data: { id: string } }): unknown {
        return answer('session.touch', data);
      }

      @MessagePattern('session.add')
      add(@Payload() data: { data: { id: string } }): unknown {
        return answer('session.add', data);
      }

      @MessagePattern('session.additions')
      attributes(@Payload() data: { data: { id: string } }): unknown {
        return answer('session.additions', data);
      }
    }

    const module = await Test.createTestingModule({ controllers: [Handlers] })
      .setLogger(silent)
      .compile();
    this.#app = module.createNestMicroservice<MicroserviceOptions>({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: this.port },
    });
    await this.#app.listen();
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    this.#app = null;
  }
}
