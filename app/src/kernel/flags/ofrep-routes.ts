import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { flags as definitions, type FlagDefinition, type FlagKey, flagKeys, routes } from '../../contract';
import type { Kernel, Part } from '../kernel';
import { ResourceProblem } from '../problems';
import type { FlagContext } from './flag-set';
import type { Flags } from './flags';

/** Bytes of a request: a context is a handful of attributes. */
const bodyLimit = 16 * 1024;
const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);
const bodySchema = z.object({
  context: z
    .object({
      targetingKey: z.string().min(1).max(1000).optional(),
      groups: z.array(z.string().max(1000)).max(100).optional(),
    })
    .catchall(z.union([scalar, z.array(scalar).max(100)]))
    .optional(),
});

/** Flags that clients may ask for: their values are public. */
export const clientFlagKeys: readonly FlagKey[] = flagKeys.filter(
  (key) => (definitions[key] as FlagDefinition).client,
);

/** Evaluates the flags marked `client` for browsers and apps, by the OpenFeature Remote Evaluation Protocol. */
export const remoteFlags = (kernel: Kernel): Part => ({
  name: 'remote flags',
  routes: (server) => ofrepRoutes(server, kernel.flags),
});

/**
 * The two core routes of OFREP. They take anybody's word for who they are, so a client flag must never be what keeps
 * somebody out; flags that are not marked `client` do not exist here.
 */
export function ofrepRoutes(server: FastifyInstance, flags: Flags): void {
  const enabled = async () => {
    if (!flags.value('remote_flags')) throw new ResourceProblem('RES_ROUTE_NOT_FOUND');
  };
  server.post<{ Params: { key: string } }>(
    `${routes.evaluateFlags.path}/:key`,
    { bodyLimit, onRequest: enabled },
    async (request, reply) => {
      const { key } = request.params;
      const found = clientFlagKeys.find((each) => each === key);
      if (!found) return reply.code(404).send({ key, errorCode: 'FLAG_NOT_FOUND' });
      const body = bodySchema.safeParse(request.body ?? {});
      if (!body.success) return refuse(reply, body.error, { key });
      return evaluate(flags, found, body.data.context);
    },
  );
  server.post(routes.evaluateFlags.path, { bodyLimit, onRequest: enabled }, async (request, reply) => {
    const body = bodySchema.safeParse(request.body ?? {});
    if (!body.success) return refuse(reply, body.error, {});
    const answer = JSON.stringify({
      flags: clientFlagKeys.map((key) => evaluate(flags, key, body.data.context)),
    });
    const tag = `"${createHash('sha256').update(answer).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', tag);
    const known = (request.headers['if-none-match'] ?? '')
      .split(',')
      .map((each) => each.trim().replace(/^W\//, ''));
    if (known.includes(tag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(answer);
  });
}

function evaluate(flags: Flags, key: FlagKey, context: FlagContext | undefined) {
  const { value, variant, reason } = flags.evaluate(key, context);
  return { key, value, variant, reason: remoteReasons[reason] ?? reason };
}

/** OFREP knows OpenFeature's reasons only, and errors only without a value. */
const remoteReasons: Readonly<Record<string, string>> = { PREREQUISITE: 'TARGETING_MATCH', ERROR: 'UNKNOWN' };

function refuse(reply: FastifyReply, error: z.ZodError, body: { key?: string }) {
  const errorDetails = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return reply.code(400).send({ ...body, errorCode: 'INVALID_CONTEXT', errorDetails });
}
