import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ApiExtension, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type AccessRule, AccessRules } from 'nest-sessions';

const REFUSALS = {
  401: { description: 'There is no valid session.' },
  403: { description: 'A role is missing, or the request comes from another origin.' },
  503: { description: 'Sessions cannot be checked now.' },
};

interface Route {
  'x-access'?: AccessRule;
  'x-roles'?: readonly string[];
  security?: object[];
  responses: object;
}

/** Describes all routes, with the requirements that the guard reads from their decorators. */
export function describeWithAccess(
  app: INestApplication,
  config: Omit<OpenAPIObject, 'paths'>,
): OpenAPIObject {
  markRoutes(app);
  const document = SwaggerModule.createDocument(app, config);
  for (const path of Object.values(document.paths)) {
    for (const route of Object.values(path) as Route[]) {
      const { 'x-access': rule } = route;
      if (!rule) continue;
      delete route['x-access'];
      if (rule.isPublic) route.security = rule.isSessionOptional ? [{}, { session: [] }] : [];
      else route.responses = { ...route.responses, ...REFUSALS };
      if (rule.anyOf.length > 0) route['x-roles'] = rule.anyOf;
    }
  }
  return document;
}

/** Attaches the rule of each route to its description. */
function markRoutes(app: INestApplication): void {
  const rules = app.get(AccessRules);
  for (const { metatype } of app.get(DiscoveryService).getControllers()) {
    if (!metatype) continue;
    const prototype = metatype.prototype as Record<string, () => unknown>;
    for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
      const value = prototype[name] as () => unknown;
      ApiExtension('x-access', rules.ofHandler(metatype, value))(prototype, name, { value });
    }
  }
}
