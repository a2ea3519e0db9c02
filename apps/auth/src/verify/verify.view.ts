import { ApiProperty } from '@nestjs/swagger';

class VerifiedExtra {
  @ApiProperty({ type: String, nullable: true })
  readonly username!: string | null;

  @ApiProperty({ type: [String] })
  readonly roles!: readonly string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Not the token: the id gives no access.',
  })
  readonly sessionId!: string | null;

  @ApiProperty({ description: 'The service that the request is for.' })
  readonly service!: string;
}

/** Response to a gateway for a request that may pass. */
export class VerifiedView {
  @ApiProperty({
    type: String,
    nullable: true,
    description: "The user's id; null on a public route without a session.",
  })
  readonly subject!: string | null;

  @ApiProperty()
  readonly extra!: VerifiedExtra;
}
