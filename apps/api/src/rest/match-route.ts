import { REST_ROUTES, type ProcedurePath, type RestMethod, type RestRoute } from './rest-routes.ts';

export interface RouteMatch {
  procedure: ProcedurePath;
  route: RestRoute;
  /** What stands in the path for the names in braces, decoded. */
  params: Record<string, string>;
}

interface CompiledRoute {
  procedure: ProcedurePath;
  route: RestRoute;
  segments: string[];
}

/** Routes whose path has fewer names come first, so that `/api/models/local` is not the model `local`. */
const ROUTES: readonly CompiledRoute[] = Object.entries(REST_ROUTES)
  .map(([procedure, route]) => ({
    procedure: procedure as ProcedurePath,
    route,
    segments: route.path.split('/'),
  }))
  .toSorted((a, b) => countNames(a) - countNames(b));

/** The routes at a path by their methods. Empty: there is nothing at this path. */
export function matchPath(pathname: string): Map<RestMethod, RouteMatch> {
  const given = pathname.replace(/\/$/, '').split('/');
  const matches = new Map<RestMethod, RouteMatch>();
  for (const { procedure, route, segments } of ROUTES) {
    const params = matchSegments(segments, given);
    if (params !== null && !matches.has(route.method))
      matches.set(route.method, { procedure, route, params });
  }
  return matches;
}

function matchSegments(segments: string[], given: string[]): Record<string, string> | null {
  if (segments.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = given[index] ?? '';
    const name = nameIn(segment);
    if (name === null && segment !== text) return null;
    if (name !== null) {
      const value = decode(text);
      if (value === null || value === '') return null;
      params[name] = value;
    }
  }
  return params;
}

function nameIn(segment: string): string | null {
  return /^\{(\w+)\}$/.exec(segment)?.[1] ?? null;
}

function countNames({ segments }: CompiledRoute): number {
  return segments.filter((segment) => nameIn(segment) !== null).length;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
