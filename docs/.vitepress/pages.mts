/** Every page of the site, in the order in which people need them. A test sees that none is missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

interface Page {
  readonly text: string;
  readonly link: string;
}
interface Group {
  readonly text: string;
  readonly items: readonly Page[];
}

const page = (text: string, name: string): Page => ({ text, link: `/docs/${name}` });

/** The first heading of a page. */
const titleOf = (file: string): string =>
  /^# (.+)$/m.exec(readFileSync(join(repository, file), 'utf8'))?.[1] ?? file;

const folder = (path: string): Page[] =>
  readdirSync(join(repository, path))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => ({
      text: titleOf(join(path, name)),
      link: `/${path}/${name === 'README.md' ? '' : name.replace(/\.md$/, '')}`,
    }));

const groups: readonly Group[] = [
  {
    text: 'Start',
    items: [
      page('What it is, and why', 'why'),
      page('Quickstart', 'quickstart'),
      page('What runs on a laptop', 'local'),
      page('Launch guide', 'launch'),
      page('Feature catalogue', 'features'),
    ],
  },
  {
    text: 'Platform',
    items: [
      page('Architecture', 'architecture'),
      page('Environments', 'environments'),
      page('Bootstrap of an account', 'bootstrap'),
      page('Deploying', 'deploying'),
      page('Plans', 'plan'),
      page('The image', 'image'),
      page('What runs on the cluster', 'platform'),
      page('Auto Mode', 'auto-mode'),
      page('Domain', 'domain'),
      page('Edge', 'edge'),
      page('Existing VPC', 'existing-vpc'),
      page('Access for people', 'access'),
      page('A second service', 'second-service'),
      page('Pull requests and pipelines', 'delivery'),
      page('Upgrading', 'upgrading'),
      page('Teardown', 'teardown'),
    ],
  },
  {
    text: 'Service',
    items: [
      page('Settings', 'settings'),
      page('Feature flags', 'flags'),
      page('HTTP API', 'api'),
      page('Command line', 'cli'),
      page('Errors', 'errors'),
    ],
  },
  {
    text: 'Operation',
    items: [
      page('Observability', 'observability'),
      page('High availability', 'high-availability'),
      page('Recovery', 'recovery'),
      page('Backup stack', 'backup'),
      page('Backups by hand', 'backups'),
      page('Chaos', 'chaos'),
      page('Operations calendar', 'operations'),
      page('Troubleshooting', 'troubleshooting'),
      page('Incidents', 'incidents'),
      page('Post-mortem template', 'post-mortem-template'),
      { text: 'Runbooks', link: '/runbooks/' },
    ],
  },
  {
    text: 'Assurance',
    items: [
      page('Security and threat model', 'security'),
      page('Compliance', 'compliance'),
      page('Cost and capacity', 'cost'),
      page('Quality', 'quality'),
      page('Measurements', 'measurements'),
      { text: 'Contributing', link: '/CONTRIBUTING' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
  },
];

const known = (link: string): boolean => {
  const names = readdirSync(join(repository, 'docs'));
  const name = /^\/docs\/([\w-]+)$/.exec(link)?.[1];
  if (name) return names.includes(`${name}.md`);
  return link.endsWith('/') || readdirSync(repository).includes(`${link.slice(1)}.md`);
};

const everywhere = groups.map((group) => ({
  ...group,
  items: group.items.filter(({ link }) => known(link)),
}));

/** By path, so that no page has all runbooks beside it. */
export const sidebar = {
  '/runbooks/': [{ text: 'Runbooks', items: folder('runbooks') }],
  '/docs/decisions/': [{ text: 'Decisions', items: folder('docs/decisions') }],
  '/': everywhere,
};

export const navigation = [
  { text: 'Quickstart', link: '/docs/quickstart' },
  { text: 'Architecture', link: '/docs/architecture' },
  { text: 'Runbooks', link: '/runbooks/' },
  { text: 'Decisions', link: '/docs/decisions/' },
];
