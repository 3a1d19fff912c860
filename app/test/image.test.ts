import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { containerHealthcheck, ports, roles } from '../src/contract';
import { buildDirectory } from './support/cache-directory';

const root = resolve(__dirname, '../..');
const compilerOptions = JSON.parse(
  readFileSync(join(root, 'app/tsconfig.build.json'), 'utf8'),
).compilerOptions;

interface Instruction {
  readonly keyword: string;
  readonly flags: Record<string, string>;
  readonly rest: string;
}
interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** As much of a Dockerfile as ours uses: comments, continued lines, flags, stages. */
function parseDockerfile(text: string): Stage[] {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: { name: string; instructions: Instruction[] }[] = [{ name: '', instructions: [] }];
  for (const line of lines) {
    const [, keyword = '', after = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    const flags = Object.fromEntries(
      [...after.matchAll(/(?<=^|\s)--([\w-]+)=(\S+)/g)].map((m) => [m[1], m[2]]),
    );
    const rest = after.replace(/^(--[\w-]+=\S+\s+)+/, '').trim();
    if (keyword === 'FROM') stages.push({ name: / AS (\w+)$/.exec(rest)?.[1] ?? '', instructions: [] });
    stages.at(-1)?.instructions.push({ keyword, flags, rest });
  }
  return stages;
}

const stages = parseDockerfile(readFileSync(join(root, 'app/Dockerfile'), 'utf8'));
const stage = (name: string) => stages.find((each) => each.name === name) as Stage;
const all = (keyword: string, of: readonly Stage[] = stages) =>
  of.flatMap((each) => each.instructions).filter((instruction) => instruction.keyword === keyword);
const only = (keyword: string): Instruction => {
  const found = all(keyword, [stage('runtime')]);
  expect(found).toHaveLength(1);
  return found[0] as Instruction;
};
const sources = ({ rest }: Instruction) => rest.split(/\s+/).slice(0, -1);
const ignored = readFileSync(join(root, 'app/Dockerfile.dockerignore'), 'utf8').split('\n');

it('copies from the context only what exists and is let in', () => {
  const paths = all('COPY')
    .filter((copy) => !copy.flags.from)
    .flatMap(sources);
  expect(paths).toContain('app/src/');
  for (const path of paths) {
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect(ignored).toContain(`!${path.replace(/\/$/, '')}`);
  }
});

it('copies from the builder only what its commands leave there', () => {
  const workingDirectory = '/build/';
  expect(all('WORKDIR', [stage('builder')])[0]?.rest).toBe('/build');
  const copied = all('COPY', [stage('builder')]).flatMap((copy) =>
    sources(copy).map((path) =>
      join(workingDirectory, path.includes('/') ? path : join(copy.rest.split(/\s+/).at(-1) ?? '', path)),
    ),
  );
  const output = join(workingDirectory, 'app', compilerOptions.outDir);
  expect(existsSync(join(buildDirectory(), 'dist/main.js'))).toBe(true);
  const taken = all('COPY')
    .filter((copy) => copy.flags.from === 'builder')
    .flatMap(sources);
  expect(taken).toHaveLength(2);
  for (const path of taken) {
    const known = path.replace(/\/$/, '') === output || copied.includes(path);
    expect([path, known]).toEqual([path, true]);
  }
});

it('runs what the contract says where the contract says', () => {
  expect(JSON.parse(only('CMD').rest)).toEqual(roles.all.command);
  expect(JSON.parse(only('ENTRYPOINT').rest)).toEqual([]);
  expect(only('WORKDIR').rest).toBe('/app');
  // dist/main.js of the command must be where the build's output is copied to.
  expect(all('COPY', [stage('runtime')]).map((copy) => copy.rest)).toContain('/build/app/dist/ dist/');
  expect(only('ENV').rest).toMatch(/^PATH=\/nodejs\/bin:/);
});

it('has the command line on its path, by a file that needs neither a shell nor env', () => {
  const copy = all('COPY', [stage('runtime')]).find(({ rest }) => rest.endsWith('/holdfast'));
  const [source = '', target = ''] = copy?.rest.split(/\s+/) ?? [];
  expect(copy?.flags.chmod).toBe('755');
  const path =
    only('ENV')
      .rest.match(/PATH=(\S+)/)?.[1]
      ?.split(':') ?? [];
  expect(path).toContain(dirname(target));
  const [first, ...lines] = readFileSync(join(root, source), 'utf8').trim().split('\n');
  expect(first).toBe(`#!${path[0]}/node`);
  expect(lines.at(-1)).toBe(`require('${only('WORKDIR').rest}/dist/main.js');`);
});

it('exposes the ports of the contract', () => {
  expect(only('EXPOSE').rest.split(/\s+/).map(Number)).toEqual(Object.values(ports));
});

it('checks its health as the contract says', () => {
  const { flags, rest } = only('HEALTHCHECK');
  expect(flags).toEqual({
    interval: `${containerHealthcheck.intervalSeconds}s`,
    timeout: `${containerHealthcheck.timeoutSeconds}s`,
    'start-period': `${containerHealthcheck.startPeriodSeconds}s`,
    retries: String(containerHealthcheck.retries),
  });
  expect(JSON.parse(rest.replace(/^CMD /, ''))).toEqual(containerHealthcheck.command);
});

it('runs as a numeric user that is not root, and names no shell', () => {
  expect(only('USER').rest).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  for (const { rest } of [...all('RUN'), ...all('CMD'), ...all('ENTRYPOINT')])
    expect(JSON.parse(rest)).toEqual(expect.any(Array));
  expect(JSON.stringify(all('RUN'))).not.toMatch(/curl|wget|apt/);
});

it('takes its base images from arguments with a tag, so that the pipeline can pin the digest', () => {
  for (const { rest } of all('FROM')) {
    const argument = /^\$\{(\w+)\} AS /.exec(rest)?.[1];
    const declared = stages[0]?.instructions.find(({ rest: text }) => text.startsWith(`${argument}=`));
    expect(declared?.rest).toMatch(/^\w+=[\w./-]+:[\w.-]+$/);
  }
});
