/** Returns the tokens of the provider. In production: a signed URL of AWS, or a token of Microsoft Entra. */
export class TokenSource {
  fetch(): Promise<string> {
    return Promise.reject(new Error('no provider'));
  }
}
