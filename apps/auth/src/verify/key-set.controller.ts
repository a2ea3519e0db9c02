import { IdentitySigner, Public, type PublishedKey } from 'nest-sessions';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

/** Tells with which public keys identities are verified. */
@Public()
@ApiTags('gateway')
@Controller('.well-known/jwks.json')
export class KeySetController {
  constructor(private readonly signer: IdentitySigner) {}

  /** A key is published long before it is used, so that a cache on the way may keep the set a little. */
  @Get()
  @Header('Content-Type', 'application/jwk-set+json')
  @Header('Cache-Control', 'public, max-age=15')
  @ApiOperation({ summary: 'The public keys of all processes of this app (RFC 7517).' })
  @ApiOkResponse()
  keySet(): Promise<{ keys: PublishedKey[] }> {
    return this.signer.keySet();
  }
}
