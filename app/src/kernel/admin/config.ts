import { z } from 'zod';
import { settingsFileSchema } from '../../contract';
import type { AdminRoutes } from './index';
import { parseBody } from './parse';

const candidate = z
  .strictObject({
    content: z
      .string()
      .max(1024 * 1024)
      .optional(),
  })
  .optional();

/**
 * - GET /config: every setting with its value (secrets redacted), where that comes from, and whether it is reloadable
 * - GET /config/schema: JSON schema of the settings file
 * - POST /config/validate, /config/diff: whether a file would be accepted, and what it would change. The body's
 *   `content` is the file's text; without a body, the file on the disk is looked at. Nothing changes.
 */
export const configRoutes: AdminRoutes = (server, { config }) => {
  server.get('/config', async () => ({ settings: config.describe() }));
  server.get('/config/schema', async () => settingsFileSchema());
  server.post('/config/validate', async ({ body }) => {
    const outcome = config.preview(contentOf(body));
    const problems = outcome.ok ? [] : outcome.problems;
    return { ok: outcome.ok, problems, warnings: outcome.warnings };
  });
  server.post('/config/diff', async ({ body }) => config.preview(contentOf(body)));
};

function contentOf(body: unknown): string | undefined {
  return parseBody(candidate, body ?? undefined)?.content;
}
