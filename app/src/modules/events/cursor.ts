import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Where the next page begins: after this row. */
export interface Position {
  /** ISO time. */
  readonly minute: string;
  readonly name: string;
}

const sign = (payload: string, key: string) => createHmac('sha256', key).update(payload).digest();
const digest = (filter: string) => createHash('sha256').update(filter).digest('base64url').slice(0, 16);

/**
 * A position that clients can carry but not change: base64url payload, a dot, and its HMAC-SHA256.
 *
 * @param filter what the query asks for; the cursor is good for this query only
 */
export function encodeCursor(position: Position, filter: string, key: string): string {
  const content = JSON.stringify([position.minute, position.name, digest(filter)]);
  const payload = Buffer.from(content).toString('base64url');
  return `${payload}.${sign(payload, key).toString('base64url')}`;
}

/** The position, or nothing when none of the keys signed this cursor for this query. */
export function decodeCursor(
  cursor: string,
  filter: string,
  keys: readonly (string | undefined)[],
): Position | undefined {
  const [payload, signature, ...rest] = cursor.split('.');
  if (!payload || !signature || rest.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const genuine = keys.some((key) => {
    if (key === undefined) return false;
    const expected = sign(payload, key);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!genuine) return undefined;
  const [minute, name, of] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as string[];
  return minute && name && of === digest(filter) ? { minute, name } : undefined;
}
