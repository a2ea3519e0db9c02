import { BadRequestException } from '@nestjs/common';
import { MAX_BODY_DEPTH } from './request-limits';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a body, in the same way on both adapters: one JSON object in UTF-8. An empty body gives `undefined`:
 * some clients send POST without a body, but with their usual content type.
 *
 * Of a duplicate field, the last value counts, as in `JSON.parse`.
 *
 * @throws BadRequestException that names the fault and repeats nothing of the body.
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
    // The decoder skips a byte order mark, as RFC 8259, 8.1 allows.
    return JSON.parse(UTF8.decode(bytes)) as unknown;
  } catch {
    throw new BadRequestException('The body is not JSON in UTF-8.');
  }
}

/** Checks level by level: code that recurses into a body with too many levels would overflow the stack. */
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
 * Rejects the names that every object inherits. A later copy could treat such a field as its prototype, and
 * the check for unknown fields treats the name as known.
 */
function refuseInherited(name: string): void {
  if (name in Object.prototype || name === 'prototype') {
    throw new BadRequestException(`The body has a field that is not allowed: ${name}.`);
  }
}
