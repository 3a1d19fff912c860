/** A store of backups: whole ones, and nothing else. */
import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backup, Catalog, openStore } from '../src/backup';
import { backupAt, bytesOf, type Folder, inPieces, ring, temporaryFolder } from './support/backup';

let folder: Folder;
let catalog: Catalog;
const keys = ring(1);
beforeEach(async () => {
  folder = temporaryFolder();
  catalog = new Catalog(await openStore(folder.path));
});
afterEach(() => folder.remove());

const text = 'row\n'.repeat(100_000);
async function add(startedAt: string, content = text): Promise<Backup> {
  const made = backupAt(startedAt);
  const written = await catalog.writePayload(made.id, inPieces(Buffer.from(content), 9999), keys);
  const backup: Backup = { ...made, payload: { ...written, compression: 'gzip', keyId: keys.current.id } };
  await catalog.commit(backup, keys);
  return backup;
}
const data = ({ id }: Backup) => join(folder.path, 'backups', id, 'data');
const files = () => readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).sort();

it('gives back what was put in, compressed and for the owner alone', async () => {
  const backup = await add('2026-11-01T00:00:00.000Z');
  expect((await bytesOf(await catalog.open(backup, keys))).toString()).toBe(text);
  expect(statSync(data(backup)).size).toBe(backup.payload?.bytes);
  expect(backup.payload?.bytes).toBeLessThan(text.length / 50);
  expect(statSync(data(backup)).mode & 0o077).toBe(0);
  await expect(catalog.check(backup, keys)).resolves.toBeUndefined();
});

it('lists the newest first, and finds by name or kind', async () => {
  const [old, young] = [await add('2026-11-01T00:00:00.000Z'), await add('2026-11-02T00:00:00.000Z')];
  expect((await catalog.list()).backups.map(({ id }) => id)).toEqual([young.id, old.id]);
  expect((await catalog.find('postgres')).id).toBe(young.id);
  expect((await catalog.find(old.id)).id).toBe(old.id);
  await expect(catalog.find('valkey')).rejects.toThrow('There is no backup of the kind valkey');
  await expect(catalog.find('../../etc')).rejects.toThrow('There is no backup ../../etc');
});

it('leaves nothing when the content breaks off', async () => {
  const broken = (async function* () {
    yield Buffer.from(text);
    throw new Error('the dump failed');
  })();
  await expect(catalog.writePayload('postgres-20261101t000000z-0000', broken, keys)).rejects.toThrow(
    'the dump failed',
  );
  expect(files().filter((name) => /data|json/.test(name))).toEqual([]);
});

it('takes nothing for a backup that has no metadata, and sweeps it up after a day', async () => {
  const { id } = backupAt('2026-11-01T00:00:00.000Z');
  await catalog.writePayload(id, inPieces(Buffer.from(text), 999), keys);
  const partial = join(folder.path, 'backups', id, 'backup.json.partial-0123456789ab');
  writeFileSync(partial, '{');
  expect(await catalog.list()).toEqual({ backups: [], broken: [] });
  expect(await catalog.sweep(new Date('2026-10-31T00:00:00Z'))).toBe(0);
  const then = new Date('2026-11-01T00:00:00Z');
  utimesSync(partial, then, then);
  expect(await catalog.sweep(new Date('2026-11-02T00:00:00Z'))).toBe(2);
  expect(files()).toEqual(['backups']);
});

it('keeps whole backups when it sweeps', async () => {
  await add('2026-11-01T00:00:00.000Z');
  expect(await catalog.sweep(new Date('2026-12-01T00:00:00Z'))).toBe(0);
  expect((await catalog.list()).backups).toHaveLength(1);
});

describe('a backup is known for damaged', () => {
  let backup: Backup;
  let other: Backup;
  beforeEach(async () => {
    backup = await add('2026-11-01T00:00:00.000Z');
    other = await add('2026-11-02T00:00:00.000Z');
  });
  const change = (how: (bytes: Buffer) => Buffer) =>
    writeFileSync(data(backup), how(readFileSync(data(backup))));

  it.each<[string, () => void]>([
    [
      'a byte was turned',
      () => change((bytes) => Buffer.from(bytes.fill((bytes[100] as number) ^ 1, 100, 101))),
    ],
    ['its end is lost', () => change((bytes) => bytes.subarray(0, -1))],
    ['it is empty', () => change(() => Buffer.alloc(0))],
    ['its data is that of another', () => renameSync(data(other), data(backup))],
  ])('when %s', async (_, damage) => {
    damage();
    await expect(catalog.check(backup, keys)).rejects.toThrow(/is damaged: /);
    await expect(catalog.open(backup, keys).then(bytesOf)).rejects.toThrow(/is damaged: /);
  });

  it('when it was written again, by a holder of the key', async () => {
    await catalog.writePayload(backup.id, inPieces(Buffer.from(text), 9999), keys);
    await expect(catalog.check(backup, keys)).rejects.toThrow('its checksum differs');
  });

  it('when its metadata was edited', async () => {
    const path = join(folder.path, 'backups', backup.id, 'backup.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"durationSeconds": 1', '"durationSeconds": 2'));
    await expect(catalog.check(backup, keys)).rejects.toThrow('its metadata is not what was written');
  });

  it('when another backup, as good as it is, lies in its place', async () => {
    for (const name of ['backup.json', 'data']) {
      const at = (id: string) => join(folder.path, 'backups', id, name);
      renameSync(at(other.id), at(backup.id));
    }
    expect((await catalog.list()).broken).toEqual([
      { id: backup.id, problem: `backup.json is that of ${other.id}` },
    ]);
    await expect(catalog.find(backup.id)).rejects.toThrow(/is damaged/);
  });

  it('when its data is gone', async () => {
    renameSync(data(backup), join(folder.path, 'elsewhere'));
    expect((await catalog.list()).broken).toEqual([{ id: backup.id, problem: 'its data is missing' }]);
  });

  it('by another key only as far as that key goes', async () => {
    await expect(catalog.check(backup, ring(2))).rejects.toThrow(
      `was encrypted with the key ${keys.current.id}`,
    );
  });
});

it('says what is wrong with a place', async () => {
  await expect(openStore(undefined)).rejects.toThrow('Name a folder or s3://bucket/prefix');
  await expect(openStore('gs://bucket')).rejects.toThrow('gs://bucket is no place for backups');
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  const nowhere = new Catalog(await openStore(join(file, 'below')));
  await expect(nowhere.writePayload('a', inPieces(Buffer.from('x'), 1), keys)).rejects.toThrow(
    /cannot be written \(ENOTDIR\)/,
  );
});
