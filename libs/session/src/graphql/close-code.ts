import { HttpStatus } from '@nestjs/common';

/** Codes of the graphql-ws protocol (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). */
const BAD_REQUEST = 4400;
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;

/** Codes of RFC 6455 and its registry. */
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

const CODES: Readonly<Partial<Record<number, number>>> = {
  [HttpStatus.BAD_REQUEST]: BAD_REQUEST,
  [HttpStatus.UNAUTHORIZED]: UNAUTHORIZED,
  [HttpStatus.FORBIDDEN]: FORBIDDEN,
  [HttpStatus.SERVICE_UNAVAILABLE]: TRY_AGAIN_LATER,
};

/** Returns the code with which a WebSocket is closed for the HTTP status of a denial. */
export function closeCodeOf(status: number): number {
  return CODES[status] ?? INTERNAL_ERROR;
}
