import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** JSON with sorted keys and without cdktf's `//` metadata: what Terraform reads, and nothing that only moves. */
export function canonical(value: unknown): string {
  return `${JSON.stringify(strip(value), null, 1)}\n`;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, strip(member)]),
  );
}

export const goldenFolder = resolve(__dirname, '../golden');

/** Jest's own switch: `-u` writes everything, without it new files are written, with `--ci` none. */
export const updateMode = (): 'all' | 'new' | 'none' =>
  (expect.getState() as unknown as { snapshotState: { _updateSnapshot: 'all' | 'new' | 'none' } })
    .snapshotState._updateSnapshot;

/** Compares a stack with its golden file. A changed logical id is a changed address in the state: read the diff. */
export function expectGolden(file: string, value: unknown): void {
  const path = resolve(goldenFolder, file);
  const now = canonical(value);
  const mode = updateMode();
  if (mode === 'all' || (mode === 'new' && !existsSync(path))) {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path) || readFileSync(path, 'utf8') !== now) writeFileSync(path, now);
    return;
  }
  if (!existsSync(path)) {
    throw new Error(`${relative(process.cwd(), path)} is missing; write it with: npm run golden`);
  }
  expect(now).toBe(readFileSync(path, 'utf8'));
}
