/** What the documents say must be there: links resolve, commands and names exist. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  backupLogin,
  exporter,
  exporterMetrics,
  metrics,
  migrationJob,
  roles,
  viewerLogin,
} from '../app/src/contract';
import { load } from '../environments';
import root from '../package.json';
import { anchorsOf, isExternal, linksOf } from '../tools/lib/links';
import { readRunbook, runbookNames } from '../tools/lib/runbook/runbook';

const documents = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'],
  {
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((file) => file !== '' && existsSync(file));

describe.each(documents)('%s', (document) => {
  const text = readFileSync(document, 'utf8');

  test('links to files and headings that exist', () => {
    const broken = linksOf(text).filter(({ target }) => {
      if (isExternal(target)) return false;
      const [path = '', anchor] = decodeURI(target).split('#');
      const file = path === '' ? document : resolve(dirname(document), path);
      if (!existsSync(file)) return true;
      return (
        anchor !== undefined && file.endsWith('.md') && !anchorsOf(readFileSync(file, 'utf8')).has(anchor)
      );
    });
    expect(broken).toEqual([]);
  });

  test('names scripts, metrics and environments that exist', () => {
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] as string);
    expect(scripts.filter((script) => !(script in root.scripts))).toEqual([]);
    const named = [...text.matchAll(/\bholdfast_[a-z_]+\b/g)].map((match) => match[0]);
    const all = [migrationJob, viewerLogin, backupLogin, exporter, ...Object.values(roles)];
    const logins: string[] = all.map(({ databaseUser }) => databaseUser);
    expect(
      named.filter((name) => !(name in metrics) && !(name in exporterMetrics) && !logins.includes(name)),
    ).toEqual([]);
    const shipped = load();
    const names = shipped.ok ? shipped.deployments.map(({ environment }) => environment.name) : [];
    const files = [...text.matchAll(/environments\/([a-z]+)\.ts/g)].map((match) => match[1] as string);
    expect(
      files.filter(
        (file) => !['schema', 'accounts', 'index', 'rules', 'load', 'reserved', ...names].includes(file),
      ),
    ).toEqual([]);
  });
});

describe('runbooks/README.md lists every runbook once, by its title, with what leads to it', () => {
  const parts = readFileSync('runbooks/README.md', 'utf8').split('\n## ');
  const runbooks = runbookNames('runbooks').flatMap((name) => readRunbook('runbooks', name).runbook ?? []);

  test.each([
    ['alert', 'An alert, an alarm or a mail names it'],
    ['disaster', 'Disasters, which people see themselves'],
    ['routine', 'Planned work'],
  ])('%s', (occasion, heading) => {
    const rows = parts
      .find((part) => part.startsWith(heading))
      ?.match(/^\| \[.*\]\(.*\.md\) \| .+ \|$/gm)
      ?.map((row) => row.split(' | ')[0]);
    const expected = runbooks
      .filter((runbook) => runbook.occasion === occasion)
      .map(({ title, name }) => `| [${title}](${name}.md)`);
    expect(rows?.sort()).toEqual(expected.sort());
  });
});
