/**
 * `npm run audit`: known vulnerabilities of the packages in the lock file, less those that gates/audit-exceptions.json
 * lets through. Exits 0 when nothing is left, 1 when something is, 3 when the registry could not be asked.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { exceptionSchema, judge, readReport } from './lib/packages/audit';
import { readLock, shipped } from './lib/packages/lock';
import { exitWith, paint } from './lib/terminal';

const file = 'gates/audit-exceptions.json';

async function audit(): Promise<number> {
  const exceptions = z.array(exceptionSchema).safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!exceptions.success) {
    for (const { path, message } of exceptions.error.issues) fail(`${file}: ${path.join('.')} ${message}`);
    return 1;
  }
  const { stdout, stderr } = spawnSync('npm', ['audit', '--json'], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  const report = readReport(stdout);
  if (!report) {
    const reason = /\d{3} [A-Z][^\n]*|\bE[A-Z]{4,}\b/.exec(stderr)?.[0] ?? 'no report came back';
    fail(`npm's list of vulnerabilities could not be asked (${reason}): nothing is known about the packages`);
    return 3;
  }
  const { problems, notes } = judge(
    report,
    shipped(readLock()),
    exceptions.data,
    new Date().toISOString().slice(0, 10),
  );
  for (const note of notes) console.warn(`${paint('yellow', 'let through')} ${note}`);
  for (const problem of problems) fail(problem);
  console.log(`${problems.length} vulnerabilities to act on, ${notes.length} let through.`);
  return problems.length > 0 ? 1 : 0;
}

const fail = (sentence: string): void => console.error(`${paint('red', 'error')} ${sentence}`);

exitWith(audit());
