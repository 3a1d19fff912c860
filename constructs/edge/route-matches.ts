import { type RoleName, type Route, routes } from '../../app/src/contract';

/** Which requests a rule of an HTTPRoute takes. */
export type RouteMatch = {
  readonly path: { readonly type: 'Exact' | 'PathPrefix'; readonly value: string };
  /** Left out where the path has one owner: what answers a wrong method best is the service. */
  readonly method?: Route['method'];
};

const all: readonly Route[] = Object.values(routes);

/** What a role answers of the public API, each path once. */
export const matchesOf = (role: RoleName, api: readonly Route[] = all): RouteMatch[] => {
  const shared = (route: Route): boolean =>
    api.some((other) => other.role !== route.role && samePath(other, route));
  const matches = api
    .filter((route) => role === 'all' || route.role === role)
    .map((route) => ({
      path: pathMatch(route.path),
      ...(shared(route) && role !== 'all' && { method: route.method }),
    }));
  return [...new Map(matches.map((match) => [JSON.stringify(match), match])).values()];
};

/** Up to its first parameter: a load balancer knows no `:id`. Only whole segments are taken. */
function pathMatch(path: string): RouteMatch['path'] {
  const [fixed = ''] = path.split(/\/(?=[:*])/);
  return fixed === path ? { type: 'Exact', value: path } : { type: 'PathPrefix', value: fixed };
}

const samePath = (one: Route, other: Route): boolean =>
  JSON.stringify(pathMatch(one.path)) === JSON.stringify(pathMatch(other.path));
