import { join } from 'node:path';
import { runCommand } from '../processes/run-command';

/** Paths of PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes a self-signed certificate for tests.
 *
 * @param folder Receives `certificate.pem` and `key.pem`.
 * @param altName The only subject of the certificate, such as `DNS:localhost` or `IP:127.0.0.1`.
 * @param openssl Path of the program.
 */
export async function makeCertificate(
  folder: string,
  altName: string,
  openssl = 'openssl',
): Promise<Certificate> {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  await runCommand(openssl, [
    // An elliptic curve: neither the key nor a handshake takes long.
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=localhost', '-addext', `subjectAltName=${altName}`],
    ...['-keyout', key, '-out', certificate],
  ]);
  return { certificate, key };
}
