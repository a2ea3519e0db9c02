import { ApiPropertyOptional } from '@nestjs/swagger';
import { CurrentSessionView } from '../sessions/session.view';

/** Response to a sign-in. */
export class SignedInView extends CurrentSessionView {
  @ApiPropertyOptional({ description: 'Only with the transport bearer: 43 characters, a secret.' })
  readonly token?: string;
}
