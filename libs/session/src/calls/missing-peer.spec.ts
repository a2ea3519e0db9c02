import { createRequire } from 'node:module';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { installationError } from './missing-peer.js';

/** Returns the error of Node.js for a package that is not installed. */
function failureToLoad(name: string): unknown {
  try {
    return createRequire(__filename)(name);
  } catch (error) {
    return error;
  }
}

describe('the error for a missing package of a transport', () => {
  it('names the package, the transport and the installation', () => {
    const error = installationError(failureToLoad('grpc-absent'), 'grpc-absent', 'gRPC');
    expect(error).toBeInstanceOf(SessionOptionsError);
    expect(error.message).toBe(
      'nest-sessions/calls needs the package grpc-absent for gRPC. Run: npm install grpc-absent',
    );
  });

  it('keeps the error of an installed package that fails', () => {
    const failure = failureToLoad('dependency-absent');
    expect(installationError(failure, '@grpc/grpc-js', 'gRPC')).toBe(failure);
    const broken = new SyntaxError("'@grpc/grpc-js' is broken");
    expect(installationError(broken, '@grpc/grpc-js', 'gRPC')).toBe(broken);
  });
});
