import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnsupportedMediaTypeException } from '@nestjs/common';

/** `application/json`, alone or with parameters. */
const JSON_MEDIA_TYPE = /^application\/json\s*(;|$)/i;

/**
 * Refuses bodies that are not JSON with 415, before they are read. Forms and plain text are what
 * another site's page could send without being asked for permission first.
 */
export function jsonOnly(
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error?: Error) => void,
): void {
  const { 'content-type': contentType = '', 'content-length': length } = request.headers;
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (hasBody && !JSON_MEDIA_TYPE.test(contentType)) {
    next(new UnsupportedMediaTypeException('Send JSON, with Content-Type: application/json.'));
    return;
  }
  next();
}
