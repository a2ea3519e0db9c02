import { BadRequestException } from '@nestjs/common';
import { MAX_BODY_DEPTH } from './request-limits';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body, the same on both adapters: one object of JSON in UTF-8, or `undefined` for an empty body,
 * as clients do send POST without one and with the type that they send always.
 *
 * Of a field that is there twice the last counts, as `JSON.parse` has it.
 *
 * @throws BadRequestException that says what is wrong and repeats nothing of the body.
 */
export function parseJsonBody(bytes: Buffer): object | undefined {
  if (bytes.length === 0) return undefined;
  const body = parse(bytes);
  if (!isObject(body) || Array.isArray(body)) {
    throw new BadRequestException('Send a JSON object.');
  }
  inspect(body);
  return body;
}

function parse(bytes: Buffer): unknown {
  try {
    // With the byte order mark that RFC 8259, 8.1 lets a reader pass over.
    return JSON.parse(UTF8.decode(bytes)) as unknown;
  } catch {
    throw new BadRequestException('The body is not JSON in UTF-8.');
  }
}

/** Level by level: what lies too deep would end the stack of whoever goes into it. */
function inspect(body: object): void {
  let level: object[] = [body];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_BODY_DEPTH) {
      throw new BadRequestException(
        `The body is nested too deep: at most ${MAX_BODY_DEPTH} levels.`,
      );
    }
    level = level.flatMap(childrenOf);
  }
}

function childrenOf(parent: object): object[] {
  if (!Array.isArray(parent)) Object.keys(parent).forEach(refuseInherited);
  return Object.values<unknown>(parent as Record<string, unknown>).filter(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Refuses the names that every object has already: some later copy could take one for its prototype, and
 * the check for unknown fields takes them for known.
 */
function refuseInherited(name: string): void {
  if (name in Object.prototype || name === 'prototype') {
    throw new BadRequestException(`The body has a field that is not allowed: ${name}.`);
  }
}
