const BY_CODE = {
  ERR_SESSION_REQUIRED: 'There is no session, or it has ended. Sign in, then connect again.',
  ERR_SESSION_ROLE_REQUIRED: 'The session lacks the role that the feed requires.',
  ERR_SESSION_CHANNEL_UNVERIFIED: 'The session could not be verified. Connect again.',
  ERR_SESSION_STORE_UNAVAILABLE: 'The session store does not answer. Connect again later.',
  ERR_TOO_MANY_STREAMS: 'This session has too many feeds open. Close another page first.',
};

const BY_CLOSE_CODE = {
  1000: 'The feed is closed.',
  1001: 'The service is shutting down. Connect again.',
  1006: 'The connection was lost. Connect again.',

  1009: 'A message was too large.',
  1011: 'The service has failed. Connect again.',
  1013: 'The session could not be verified, or the service is busy. Connect again.',
  4401: 'The session has ended. Sign in, then connect again.',
  4403: 'The session has lost the role that the feed requires.',
  4429: 'Too many messages, or too many feeds of this session are open. Close another page first.',
};

/** Meaning of a code of an error or of a `session-ended` event, in words. */
export function meaningOf(code) {
  return BY_CODE[code] ?? 'The feed has ended.';
}

/** Meaning of a WebSocket's close code, in words. */
export function meaningOfClose(code) {
  return BY_CLOSE_CODE[code] ?? 'The feed is closed.';
}

/**
 * Explains a refused connection: browsers hide the status of a refused feed from scripts, so that this asks for
 * the list of orders, which requires the same.
 */
export async function meaningOfRefusal() {
  try {
    const response = await fetch('/orders');
    if (response.ok) return 'The service has refused or lost the connection. Connect again.';
    const { code } = await response.json();
    return `Refused with ${response.status} ${code}. ${meaningOf(code)}`;
  } catch {
    return 'The service does not answer. Connect again later.';
  }
}
