import { z } from 'zod';
import { errors, severities } from '../../contract';
import type { AdminRoutes } from '../admin';
import { parseQuery } from '../admin/parse';
import { ResourceProblem } from '../problems';

const recentQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  code: z.enum(Object.keys(errors) as [string, ...string[]]).optional(),
  severity: z.enum(severities).optional(),
});

/**
 * - GET /errors/stats: counts and alerts
 * - GET /errors/recent?limit=&code=&severity=: the last errors, newest first
 * - GET /errors/:id: by id or correlation id
 * - GET /errors/breakers, POST /errors/breakers/:dependency/reset
 */
export const errorRoutes: AdminRoutes = (server, { kernel: { reports, resilience } }) => {
  server.get('/errors/stats', async () => reports.stats());
  server.get('/errors/recent', async ({ query }) => {
    const { limit, code, severity } = parseQuery(recentQuery, query);
    const wanted = reports
      .recent()
      .filter((report) => (!code || report.code === code) && (!severity || report.severity === severity));
    return { errors: wanted.slice(0, limit) };
  });
  server.get('/errors/breakers', async () => ({ breakers: resilience.report() }));
  server.post<{ Params: { dependency: string } }>('/errors/breakers/:dependency/reset', async ({ params }) =>
    resilience.reset(params.dependency),
  );
  server.get<{ Params: { id: string } }>('/errors/:id', async ({ params }) => {
    const found = reports.find(params.id);
    const detail = 'no error of that id or correlation id is remembered; the logs go back further';
    if (found.length === 0) throw new ResourceProblem('RES_NOT_FOUND', { detail });
    return { errors: found };
  });
};
