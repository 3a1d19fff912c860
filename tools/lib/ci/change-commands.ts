import { readFileSync } from 'node:fs';
import { version } from '../../../package.json';
import { plansFolder, readPlan, savedPlans } from '../plan/store';
import { readBreaking } from './breaking';
import { git } from './git';
import { type Github, GithubError, githubOf } from './github';
import { environmentOf, type Given, needed, runUrl } from './given';
import { digestOf, imagesFile, previousDigest, withDigest, writeDigest } from './images';
import { addSummary, notice, setOutputs } from './job';
import { propose } from './pull-request';
import { commitsSince, goldensAt, latestRelease, prepareRelease, sectionOf } from './release';
import { silentLosses } from './upgrade';

/** Into which a proposal is to go: the branch that the job runs for. */
const branch = (env = process.env): string => env.GITHUB_REF_NAME ?? 'main';

/** Puts the image that ran before into images.json of this checkout; what deploys it is `npm run plan` and `npm run apply`. */
export function rollback({ words }: Given): number {
  const name = environmentOf(words[0]);
  const plans = savedPlans(plansFolder).map(readPlan);
  const before = previousDigest(plans, name);
  if (!before) {
    console.error(
      `${name}: this deployment changed no image, so that there is none to go back to: mend it forward`,
    );
    return 1;
  }
  const broken = digestOf(name);
  writeDigest(name, before);
  setOutputs({ digest: before, broken });
  addSummary(`**${name} goes back** from \`${broken}\` to \`${before}\`: its smoke test failed.`);
  return 0;
}

/** Proposes an image for environments: one pull request for each set of them, brought up to date. */
export async function promote({ words, options }: Given): Promise<number> {
  const names = words.map(environmentOf);
  if (names.length === 0) throw new Error('which environments?');
  const digest = options.digest ?? digestOf(environmentOf(options.from));
  const label = options.label ?? `${digest.slice(7, 19)}`;
  const pull = await propose(githubOf(), {
    branch: `promote/${names.join('-')}`,
    base: branch(),
    title: `build: ${names.join(' and ')} run image ${digest.slice(7, 19)}`,
    body: `${label}\n\n\`${digest}\`\n\nMerging it deploys it.${runUrl() ? ` [The run that made it](${runUrl()})` : ''}\n`,
    files: Object.fromEntries(
      names.map((name) => [imagesFile(name), withDigest(readFileSync(imagesFile(name), 'utf8'), digest)]),
    ),
  });
  console.log(`pull request ${pull}`);
  return 0;
}

/** Proposes what this checkout changed of files that Git knows. */
export async function record({ options }: Given): Promise<number> {
  const files = git('diff', '--name-only').split('\n').filter(Boolean);
  if (files.length === 0) {
    console.log('nothing changed: nothing to propose');
    return 0;
  }
  const label = needed(options.label, '--label, what it is');
  const pull = await propose(githubOf(), {
    branch: 'record',
    base: branch(),
    title: `docs: ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
    body: `${label}.${runUrl() ? ` [The run](${runUrl()})` : ''}\n`,
    files: Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')])),
  });
  console.log(`pull request ${pull}`);
  return 0;
}

export async function release({ options }: Given): Promise<number> {
  const tag = latestRelease();
  const to = needed(options.to, '--to, the environments that get the image').split(',').map(environmentOf);
  const made = prepareRelease(commitsSince(tag), version, tag === undefined, {
    day: new Date().toISOString().slice(0, 10),
    from: environmentOf(options.from),
    to,
  });
  const unsaid = tag ? lossesSince(tag) : [];
  if (unsaid.length > 0) throw Object.assign(new Error('silent losses'), { problems: unsaid });
  addSummary(made.section);
  const pull = await propose(githubOf(), {
    branch: `release/v${made.version}`,
    base: branch(),
    title: `chore(release): v${made.version}`,
    body: `${made.section}\nMerging it makes the tag, and deploys the image that ${options.from} runs to ${to.join(' and ')}.\n`,
    files: made.files,
  });
  console.log(`pull request ${pull}`);
  return 0;
}

/** After the pull request of a release was merged: the tag and its notes. Does nothing where they are there. */
export async function tag(): Promise<number> {
  const section = sectionOf(readFileSync('CHANGELOG.md', 'utf8'), version);
  if (!section) {
    notice(`CHANGELOG.md has no v${version}: no release.`);
    return 0;
  }
  const github = githubOf();
  if (await exists(github, `/releases/tags/v${version}`)) return 0;
  await github.request('POST', '/releases', {
    tag_name: `v${version}`,
    target_commitish: git('rev-parse', 'HEAD').trim(),
    name: `v${version}`,
    body: section,
  });
  console.log(`released v${version}`);
  return 0;
}

async function exists(github: Github, path: string): Promise<boolean> {
  try {
    await github.request('GET', path);
    return true;
  } catch (error) {
    if (error instanceof GithubError && error.status === 404) return false;
    throw error;
  }
}

function lossesSince(tagOrCommit: string): string[] {
  const { releases } = readBreaking(readFileSync('BREAKING.md', 'utf8'));
  // Only what is new since then: an address that an older release announced may have come back.
  const known = readBreaking(git('show', `${tagOrCommit}:BREAKING.md`)).releases.map(
    ({ version: one }) => one,
  );
  const news = releases.filter(({ version: one }) => one === 'Unreleased' || !known.includes(one));
  return silentLosses(
    goldensAt(tagOrCommit),
    goldensAt('HEAD'),
    news.flatMap(({ changes }) => changes),
  ).map(
    (loss) =>
      `${loss} was there in ${tagOrCommit} and is gone: move it (moveFromId), or name it under Gone in BREAKING.md`,
  );
}

export function upgrade({ options }: Given): number {
  const from = options.from ?? latestRelease('HEAD');
  if (!from) {
    console.log('There is no release yet: nothing that an upgrade could come from. Nothing was checked.');
    return 0;
  }
  const losses = lossesSince(from);
  for (const loss of losses) console.error(loss);
  console.log(`Since ${from}: ${losses.length} addresses go that nothing announces.`);
  return losses.length > 0 ? 1 : 0;
}
