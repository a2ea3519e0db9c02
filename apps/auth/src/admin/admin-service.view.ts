import type { AccessServiceState } from 'nest-sessions/access';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const STATES = ['up', 'stale', 'missing'] as const;

/** A route of a service, with its requirements. */
export class AdminRouteView {
  @ApiProperty({ example: 'POST', description: 'An HTTP method, or ALL.' })
  readonly method!: string;

  @ApiProperty({ example: '/orders/:id', description: "A pattern of the service's router." })
  readonly path!: string;

  @ApiPropertyOptional({ type: [String], description: 'Versions that a header asks for.' })
  readonly version?: readonly string[];

  @ApiProperty({ description: 'It may be passed over for what else is in the request.' })
  readonly isConditional!: boolean;

  @ApiProperty({ description: 'No session is needed.' })
  readonly isPublic!: boolean;

  @ApiProperty({ type: [String], description: 'One of these roles is needed; none when empty.' })
  readonly anyOf!: readonly string[];

  @ApiProperty({ description: 'The session is read from Redis every time.' })
  readonly isFresh!: boolean;

  @ApiPropertyOptional({
    example: 300_000,
    description: 'How long ago the user may have proven who they are, in milliseconds.',
  })
  readonly maxAge?: number;

  @ApiProperty({ description: 'The pattern is not understood: gateways refuse the route.' })
  readonly isUnsupported!: boolean;

  @ApiProperty({
    type: [String],
    description: 'Services with the same route: refused where the service is not named.',
  })
  readonly alsoIn!: readonly string[];
}

/** State of a configured service. */
export class AdminServiceView {
  @ApiProperty({ example: 'orders' })
  readonly service!: string;

  @ApiProperty({
    enum: STATES,
    description: 'stale: not seen for a while. missing: nothing known.',
  })
  readonly state!: (typeof STATES)[number];

  @ApiProperty({ type: String, nullable: true })
  readonly release!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'express' })
  readonly router!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Lets a user into the service at all.',
  })
  readonly requiredRole!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly publishedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly seenAt!: string | null;

  @ApiProperty({ type: [AdminRouteView] })
  readonly routes!: readonly AdminRouteView[];
}

export function viewService(state: AccessServiceState): AdminServiceView {
  const { publishedAt, seenAt } = state;
  return { ...state, publishedAt: viewTime(publishedAt), seenAt: viewTime(seenAt) };
}

/** Returns `null` for an invalid time: a service may publish any number. */
function viewTime(time: number | null): string | null {
  if (time === null) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
