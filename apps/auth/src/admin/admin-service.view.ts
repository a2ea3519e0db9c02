import type { ServiceJson } from 'nest-sessions/console';
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

  @ApiProperty({
    description:
      'Whether another part of the request, such as a header, may select a different route.',
  })
  readonly isConditional!: boolean;

  @ApiProperty({ description: 'No session is required.' })
  readonly isPublic!: boolean;

  @ApiProperty({
    type: [String],
    description: 'One of these roles is required. Empty: no role is required.',
  })
  readonly anyOf!: readonly string[];

  @ApiProperty({ description: 'Whether each request reads the session from Redis.' })
  readonly isFresh!: boolean;

  @ApiPropertyOptional({
    example: 300_000,
    description: 'Maximum age of the last sign-in, in milliseconds.',
  })
  readonly maxAge?: number;

  @ApiProperty({ description: 'The pattern is not supported: gateways refuse the route.' })
  readonly isUnsupported!: boolean;

  @ApiProperty({
    type: [String],
    description: 'Services with the same route. A request is refused unless it names its service.',
  })
  readonly alsoIn!: readonly string[];
}

/** State of a configured service. */
export class AdminServiceView implements ServiceJson {
  @ApiProperty({ example: 'orders' })
  readonly service!: string;

  @ApiProperty({
    enum: STATES,
    description: 'stale: not seen recently. missing: has published no routes.',
  })
  readonly state!: (typeof STATES)[number];

  @ApiProperty({ type: String, nullable: true })
  readonly release!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'express' })
  readonly router!: ServiceJson['router'];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Role that every request to the service requires.',
  })
  readonly requiredRole!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly publishedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly seenAt!: string | null;

  @ApiProperty({ type: [AdminRouteView] })
  readonly routes!: readonly AdminRouteView[];
}
