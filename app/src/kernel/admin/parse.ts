import type { z } from 'zod';
import { ValidationProblem } from '../problems';

/** @throws ValidationProblem VAL_BODY with each thing that is wrong and its place */
export const parseBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> =>
  parse(schema, body, 'VAL_BODY');

/** @throws ValidationProblem VAL_QUERY with each thing that is wrong and its place */
export const parseQuery = <S extends z.ZodType>(schema: S, query: unknown): z.output<S> =>
  parse(schema, query, 'VAL_QUERY');

function parse<S extends z.ZodType>(schema: S, given: unknown, code: 'VAL_BODY' | 'VAL_QUERY'): z.output<S> {
  const parsed = schema.safeParse(given);
  const problems = parsed.success
    ? unstorable(given).map((field) => ({
        field,
        reason: 'must not hold null characters or half a character',
      }))
    : parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), reason: message }));
  if (parsed.success && problems.length === 0) return parsed.data;
  const place = code === 'VAL_BODY' ? 'the body' : 'the query';
  const detail = problems.map(({ field, reason }) => `${field || place}: ${reason}`).join('; ');
  throw new ValidationProblem(code, {
    detail: detail.slice(0, 2000),
    members: { problems: problems.slice(0, 20) },
  });
}

/** Places of texts that PostgreSQL cannot hold: with U+0000, or with one half of a surrogate pair. */
function unstorable(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return /\0|\p{Surrogate}/u.test(value) ? [path.join('.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(unstorable(name).length > 0 ? [[...path, '(a name)'].join('.')] : []),
    ...unstorable(member, [...path, name]),
  ]);
}
