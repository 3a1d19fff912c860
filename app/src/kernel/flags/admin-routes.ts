import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  flags as definitions,
  type FlagDefinition,
  type FlagKey,
  type FlagRule,
  type FlagScalar,
  flagKeys,
  flagOverrideSchema,
  type RenderedFlag,
  renderFlag,
  strategyOf,
} from '../../contract';
import type { AdminRoutes } from '../admin';
import { caller } from '../admin/authentication';
import { parseBody, parseQuery } from '../admin/parse';
import { ExternalProblem, ResourceProblem, ValidationProblem } from '../problems';
import { parseDocument, renderDocument } from './document';
import { explain, isFlagKey } from './explain';
import type { FlagContext, FlagLayer } from './flag-set';
import type { Flags } from './flags';
import type { Overrides } from './overrides';
import { settledAfterDays, staleFlags } from './stale';
import type { Change } from './store';

export interface FlagAdminOptions {
  /** Who asks, for the audit table. Default: the name of the token. */
  readonly actorOf?: (request: FastifyRequest) => string;
  readonly now?: () => Date;
}

const base = '/flags';
type Keyed = { Params: { key: string } };

/** Of every change: why it is made, and the version that it was decided on (default: whatever is there). */
const changeFields = {
  reason: z.string().trim().min(1).max(1000),
  version: z.number().int().min(0).optional(),
};
const changeSchema = z.strictObject(changeFields);
const deleteSchema = z.strictObject({ ...changeFields, version: z.coerce.number().int().min(0).optional() });
const rolloutSchema = z.strictObject({
  ...changeFields,
  percentage: z.number().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
});
const importSchema = z.strictObject({
  reason: changeFields.reason,
  /** flagd's format, as JSON or YAML. */
  content: z.string().max(512 * 1024),
  /** Checks, and changes nothing. */
  dryRun: z.boolean().default(false),
});
const exportSchema = z.strictObject({
  format: z.enum(['json', 'yaml']).default('json'),
  layer: z.enum(['effective', 'override']).default('effective'),
});
const historySchema = z.strictObject({
  key: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const staleSchema = z.strictObject({ days: z.coerce.number().int().min(0).default(settledAfterDays) });
const explainSchema = z.strictObject({
  context: z
    .object({ targetingKey: z.string().min(1).optional(), groups: z.array(z.string()).optional() })
    .loose()
    .default({}),
});

/** Everything about flags: docs/flags.md. */
export const flagRoutes: AdminRoutes = (server, { kernel }) => addFlagRoutes(server, kernel.flags);

export function addFlagRoutes(server: FastifyInstance, flags: Flags, options: FlagAdminOptions = {}): void {
  const { actorOf = caller, now = () => new Date() } = options;
  readingRoutes(server, flags, now);
  changingRoutes(server, flags, actorOf);
}

function readingRoutes(server: FastifyInstance, flags: Flags, now: () => Date): void {
  server.get(base, async () => ({ flags: flagKeys.map((key) => summary(flags, key)) }));
  server.get(`${base}/stats`, async () => ({
    countedSince: flags.tally.since.toISOString(),
    flags: Object.fromEntries(flagKeys.map((key) => [key, flags.tally.of(key)])),
  }));
  server.get(`${base}/stale`, async (request) =>
    staleFlags(flags, now(), parseQuery(staleSchema, request.query).days),
  );
  server.get(`${base}/changes`, async (request) => ({
    changes: await overridesOf(flags).history(parseQuery(historySchema, request.query)),
  }));
  server.get(`${base}/export`, async (request, reply) => {
    const { format, layer } = parseQuery(exportSchema, request.query);
    reply.type(format === 'yaml' ? 'application/yaml' : 'application/json; charset=utf-8');
    return reply.send(
      renderDocument(layer === 'override' ? flags.set.layers.override : effective(flags), format),
    );
  });
  server.get<Keyed>(`${base}/:key`, async ({ params }) => {
    const key = keyOf(params.key);
    return { ...summary(flags, key), definition: flags.set.entry(key).flag, counts: flags.tally.of(key) };
  });
  server.post<Keyed>(`${base}/:key/explain`, async ({ params, body }) =>
    explain(flags, keyOf(params.key), parseBody(explainSchema, body ?? {}).context as FlagContext),
  );
}

function changingRoutes(
  server: FastifyInstance,
  flags: Flags,
  actorOf: (request: FastifyRequest) => string,
): void {
  const change = async (
    request: FastifyRequest,
    change: Omit<Change, 'actor' | 'key'> & { key: FlagKey },
  ) => {
    await overridesOf(flags).change([{ ...change, actor: actorOf(request) }]);
    return summary(flags, change.key);
  };
  const override = (request: FastifyRequest<Keyed>, action: 'create' | 'update') => {
    const key = keyOf(request.params.key);
    const definition: FlagDefinition = definitions[key];
    const schema = z.strictObject({ ...changeFields, override: flagOverrideSchema(definition.default) });
    const { reason, version, override: given } = parseBody(schema, request.body);
    const after = render(flags, key, given);
    // An override is created only where there is none.
    return change(request, { key, action, reason, version: action === 'create' ? 0 : version, after });
  };
  server.post<Keyed>(`${base}/:key`, async (request, reply) =>
    reply.code(201).send(await override(request, 'create')),
  );
  server.put<Keyed>(`${base}/:key`, async (request) => override(request, 'update'));
  server.delete<Keyed>(`${base}/:key`, async (request) => {
    const key = keyOf(request.params.key);
    const fields = parseQuery(deleteSchema, request.query);
    if (!overridesOf(flags).current().has(key)) {
      throw new ResourceProblem('RES_FLAG_NOT_FOUND', { detail: `flag "${key}" has no override` });
    }
    return change(request, { key, action: 'delete', ...fields });
  });
  for (const [action, strategy] of [
    ['enable', 'ALL'],
    ['disable', 'NONE'],
  ] as const) {
    server.post<Keyed>(`${base}/:key/${action}`, async (request) => {
      const key = keyOf(request.params.key);
      const fields = parseBody(changeSchema, request.body);
      return change(request, { key, action, ...fields, after: render(flags, key, { strategy }) });
    });
  }
  server.post<Keyed>(`${base}/:key/rollout`, async (request) => {
    const key = keyOf(request.params.key);
    const { reason, version, ...share } = parseBody(rolloutSchema, request.body);
    const strategy = share.start === undefined && share.end === undefined ? 'PERCENTAGE' : 'GRADUAL';
    const definition: FlagDefinition = definitions[key];
    const rule = parseBody(flagOverrideSchema(definition.default), { strategy, ...share });
    return change(request, { key, action: 'rollout', reason, version, after: render(flags, key, rule) });
  });
  server.post(`${base}/import`, async (request) => {
    const { content, reason, dryRun } = parseBody(importSchema, request.body);
    return importFlags(flags, content, { reason, dryRun, actor: actorOf(request) });
  });
}

/** Overrides every flag of the document that differs from what is in force. */
async function importFlags(
  flags: Flags,
  content: string,
  { reason, dryRun, actor }: { reason: string; dryRun: boolean; actor: string },
) {
  const { layer, unknown } = attempt(() => parseDocument(content));
  const same = (key: FlagKey) => JSON.stringify(layer[key]) === JSON.stringify(flags.set.entry(key).flag);
  const keys = flagKeys.filter((key) => layer[key] && !same(key));
  attempt(() => flags.check({ ...flags.set.layers.override, ...layer }));
  const changes = keys.map((key) => ({ key, actor, action: 'import', reason, after: layer[key] }));
  if (!dryRun && changes.length > 0) await overridesOf(flags).change(changes);
  return { changed: keys, unknown, dryRun };
}

/** The override in flagd's format. What the flag requires stays as it is. */
function render(flags: Flags, key: FlagKey, override: FlagScalar | FlagRule): RenderedFlag {
  const rendered = renderFlag(definitions[key], override);
  const { requires } = flags.set.entry(key).flag.metadata ?? {};
  return { ...rendered, metadata: { ...rendered.metadata, ...(requires ? { requires } : {}) } };
}

function summary(flags: Flags, key: FlagKey) {
  const { layer, flag } = flags.set.entry(key);
  const override = flags.overrides?.current().get(key);
  const { default: fallback, owner, description, expires, client }: FlagDefinition = definitions[key];
  return {
    ...{ key, owner, description, expires, client: client === true, type: typeof fallback, layer },
    strategy: strategyOf(flag) ?? { strategy: 'CUSTOM' },
    state: flag.state,
    /** What a request without a context gets. */
    value: flags.set.evaluate(key).value,
    version: override?.version ?? 0,
    updatedAt: override?.updatedAt,
    updatedBy: override?.updatedBy,
  };
}

const effective = (flags: Flags): FlagLayer =>
  Object.fromEntries(flagKeys.map((key) => [key, flags.set.entry(key).flag]));

function overridesOf(flags: Flags): Overrides {
  if (flags.overrides) return flags.overrides;
  throw new ExternalProblem('EXT_DATABASE_UNAVAILABLE', { retryAfterSeconds: 5 });
}

function keyOf(key: string): FlagKey {
  if (isFlagKey(key)) return key;
  throw new ResourceProblem('RES_FLAG_NOT_FOUND', {
    detail: `there is no flag "${key.slice(0, 100)}"; the flags are ${flagKeys.join(', ')}`,
  });
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ValidationProblem('VAL_BODY', { detail: (error as Error).message.slice(0, 500) });
  }
}
