import { Public } from 'nest-sessions';
import { IdentitySigner, type PublishedKey } from 'nest-sessions/gateway';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

/** Publishes the public keys that verify identities. */
@Public()
@ApiTags('gateway')
@Controller('.well-known/jwks.json')
export class KeySetController {
  constructor(private readonly signer: IdentitySigner) {}

  /**
   * Returns the key set. A key is published long before it is used, so that caches may keep the set for a
   * short time.
   */
  @Get()
  @Header('Content-Type', 'application/jwk-set+json')
  @Header('Cache-Control', 'public, max-age=15')
  @ApiOperation({ summary: 'The public keys of all processes of this app (RFC 7517).' })
  @ApiOkResponse()
  keySet(): Promise<{ keys: PublishedKey[] }> {
    return this.signer.keySet();
  }
}
