/** The rows of a database as a script: what is read is what was written, however it comes in pieces. */
import * as fc from 'fast-check';
import { copyFrom, type Layout, ScriptReader } from '../src/backup/rows/script';
import { bytesOf, inPieces } from './support/backup';

const table = (name: string) => ({ schema: 'public', name, columns: ['id', 'a "quoted" one'] });
/** As COPY writes them: each ends with a line feed, and holds none; a backslash is written twice. */
const row = fc
  .string({ unit: fc.constantFrom('a', 'é', '\t', '\\\\', '.', '\\N', ' ') })
  .map((text) => `${text}\n`);
const script = (layout: Layout, rows: readonly string[]) =>
  Buffer.from(
    `-- holdfast rows ${JSON.stringify(layout)}\n${layout.tables
      .map((each, index) => `${copyFrom(each)};\n${rows[index]}\\.\n`)
      .join('')}select setval('"public"."s"', 7);\n`,
  );

it('gives each table its rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(row).map((rows) => rows.join('')),
        { minLength: 1, maxLength: 4 },
      ),
      fc.integer({ min: 1, max: 60 }),
      async (rows, size) => {
        const tables = rows.map((_, index) => table(`t${index}`));
        const sequences = [{ schema: 'public', name: 's', last: '7' }];
        const layout: Layout = { format: 1, tables, sequences };
        const reader = new ScriptReader('a backup', inPieces(script(layout, rows), size));
        expect(await reader.layout()).toEqual(layout);
        for (const [index, each] of tables.entries()) {
          expect((await bytesOf(reader.rows(each))).toString()).toBe(rows[index]);
        }
        await reader.drain();
      },
    ),
    { numRuns: 300 },
  );
});

const reading = async (text: string) => {
  const reader = new ScriptReader('postgres-copy-1', inPieces(Buffer.from(text), 7));
  const { tables } = await reader.layout();
  for (const each of tables) await bytesOf(reader.rows(each));
};
const layout = JSON.stringify({ format: 1, tables: [table('t')], sequences: [] });

it.each([
  ['something else', '-- PostgreSQL database dump\n', 'does not begin with what it holds'],
  ['another format', '-- holdfast rows {"format":2}\n', 'does not begin with what it holds'],
  ['another table', `-- holdfast rows ${layout}\ncopy x from stdin;\n\\.\n`, 'public.t are not where'],
  [
    'an end too early',
    `-- holdfast rows ${layout}\n${copyFrom(table('t'))};\n1\ta\n`,
    'ends before its last',
  ],
])('refuses %s', async (_, text, problem) => {
  await expect(reading(text)).rejects.toThrow(problem);
});
