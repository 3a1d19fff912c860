import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { authenticate, type KeyRing, keyWithId } from './keys';

/** What can be backed up, and how. */
export const kinds = [
  'postgres',
  'postgres-copy',
  'postgres-base',
  'pglite',
  'valkey',
  'rds',
  'elasticache',
] as const;
export type Kind = (typeof kinds)[number];

const tableFigures = z.object({
  rows: z.number().int().nonnegative(),
  /** Sum of a hash of each row: the order of rows doesn't matter, every value does. */
  checksum: z.string(),
});
export type TableFigures = z.infer<typeof tableFigures>;

const contents = z.object({
  /** By `schema.table`. */
  tables: z.record(z.string(), tableFigures),
  /** Whether they were counted in the very snapshot that was saved; else shortly before. */
  exact: z.boolean(),
  /** Migrations that the schema had, in their order. */
  migrations: z.array(z.string()),
});
export type Contents = z.infer<typeof contents>;

const backupSchema = z.object({
  format: z.literal(1),
  id: z.string().regex(/^[a-z]+(-[a-z]+)?-\d{8}t\d{6}z-[0-9a-f]{4}$/),
  kind: z.enum(kinds),
  environment: z.string(),
  /** What was saved, such as `holdfast@db.internal:5432`. */
  target: z.string(),
  /** Why: `by hand`, or the restore that it precedes. */
  reason: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  durationSeconds: z.number().nonnegative(),
  toolVersion: z.string(),
  serverVersion: z.string(),
  contents: contents.optional(),
  /** Keys of a cache. */
  keys: z.number().int().nonnegative().optional(),
  /** First segment of the write-ahead log that a point in time restore needs; absent where none is archived. */
  walFrom: z.string().optional(),
  /** What lies in the store; absent where the provider keeps the data. */
  payload: z
    .object({
      bytes: z.number().int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      compression: z.literal('gzip'),
      keyId: z.string(),
    })
    .optional(),
  /** What the provider keeps. */
  snapshot: z.object({ id: z.string(), source: z.string(), region: z.string() }).optional(),
});
export type Backup = Readonly<z.infer<typeof backupSchema>>;

const document = z.object({ backup: z.unknown(), keyId: z.string(), mac: z.string() });

/** The metadata file, with a code that only a holder of the key can make. */
export function renderMetadata(backup: Backup, { current }: KeyRing): string {
  const mac = authenticate(current, JSON.stringify(backup));
  return `${JSON.stringify({ backup, keyId: current.id, mac }, null, 2)}\n`;
}

/** @throws Error that says in a few words what is wrong with it */
export function parseMetadata(text: string): Backup {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error('backup.json is no JSON');
  }
  const outer = document.safeParse(given);
  const parsed = backupSchema.safeParse(outer.data?.backup);
  if (outer.success && parsed.success) return parsed.data;
  const [issue] = outer.error?.issues ?? parsed.error?.issues ?? [];
  throw new Error(`backup.json is not valid: ${issue?.path.join('.') || 'it'} ${issue?.message}`);
}

/** Whether the metadata is what was written. @throws StartError when its key isn't there */
export function isAuthentic(text: string, keys: KeyRing): boolean {
  const { backup, keyId, mac } = document.parse(JSON.parse(text));
  const key = keyWithId(keys, keyId, 'backup.json');
  const expected = Buffer.from(authenticate(key, JSON.stringify(backup)));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Sorts by time within a kind. */
export function newId(kind: Kind, at: Date, random: string): string {
  const stamp = at
    .toISOString()
    .replace(/[-:]|\.\d+/g, '')
    .toLowerCase();
  return `${kind}-${stamp}-${random}`;
}
