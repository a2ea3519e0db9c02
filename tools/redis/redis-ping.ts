import { connect } from 'node:net';

const ANSWER_TIMEOUT_MS = 1000;

/**
 * Whether a Redis server answers PING on its Unix socket. Any answer counts, including the NOAUTH of a server
 * with ACLs; only LOADING means that the server is not ready.
 */
export function answersPing(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket
      .setTimeout(ANSWER_TIMEOUT_MS)
      .on('connect', () => socket.write('PING\r\n'))
      .on('data', (reply) => {
        settle(!reply.toString().startsWith('-LOADING'));
      })
      .on('error', () => {
        settle(false);
      })
      .on('timeout', () => {
        settle(false);
      })
      .on('close', () => {
        settle(false);
      });
  });
}
