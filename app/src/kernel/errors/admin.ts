import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { errors, severities } from '../../contract';
import { ResourceProblem, ValidationProblem } from '../problems';
import type { Resilience } from '../resilience';
import type { ErrorReports } from './reports';

export interface ErrorAdmin {
  readonly reports: ErrorReports;
  readonly resilience: Resilience;
}

const recentQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  code: z.enum(Object.keys(errors) as [string, ...string[]]).optional(),
  severity: z.enum(severities).optional(),
});

/**
 * What operators ask about errors, under /admin/v1/errors. Who may ask is the management server's to decide: this adds
 * no authentication.
 *
 * - GET stats: counts and alerts; recent?limit=&code=&severity=: the last errors, newest first; :id: by id or
 *   correlation id
 * - GET breakers; POST breakers/:dependency/reset
 */
export function errorAdminRoutes(server: FastifyInstance, { reports, resilience }: ErrorAdmin): void {
  const base = '/admin/v1/errors';
  server.get(`${base}/stats`, async () => reports.stats());
  server.get(`${base}/recent`, async ({ query }) => {
    const { limit, code, severity } = parse(query);
    const wanted = reports
      .recent()
      .filter((report) => (!code || report.code === code) && (!severity || report.severity === severity));
    return { errors: wanted.slice(0, limit) };
  });
  server.get(`${base}/breakers`, async () => ({ breakers: resilience.report() }));
  server.post<{ Params: { dependency: string } }>(`${base}/breakers/:dependency/reset`, async ({ params }) =>
    resilience.reset(params.dependency),
  );
  server.get<{ Params: { id: string } }>(`${base}/:id`, async ({ params }) => {
    const found = reports.find(params.id);
    const detail = 'no error of that id or correlation id is remembered; the logs go back further';
    if (found.length === 0) throw new ResourceProblem('RES_NOT_FOUND', { detail });
    return { errors: found };
  });
}

function parse(query: unknown): z.infer<typeof recentQuery> {
  const parsed = recentQuery.safeParse(query);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`);
  throw new ValidationProblem('VAL_QUERY', { detail: detail.join('; ') });
}
