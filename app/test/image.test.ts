import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { containerHealthcheck, ports, roles } from '../src/contract';
import { buildDirectory } from './support/cache-directory';
import { contextFiles, type Instruction, parseDockerfile, type Stage } from './support/image';
import { installedPackages, isDevelopmentOnly } from './support/lock-file';

const root = resolve(__dirname, '../..');
const compilerOptions = JSON.parse(
  readFileSync(join(root, 'app/tsconfig.build.json'), 'utf8'),
).compilerOptions;

const stages = parseDockerfile();
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

describe('the files of the image', () => {
  const context = contextFiles();

  it('that come from the context are sources, what they are built by, and no other', () => {
    const named = context.filter((file) => !file.startsWith('app/src/'));
    expect(named.sort()).toEqual([
      '.npmrc',
      'app/bin/image/holdfast',
      'app/package.json',
      'app/tsconfig.build.json',
      'package-lock.json',
      'package.json',
      'tsconfig.json',
    ]);
    const sources = context.filter((file) => file.startsWith('app/src/'));
    expect(sources).toContain('app/src/main.ts');
    // No test, no key, no setting of somebody's machine that was left lying about.
    expect(sources.filter((file) => !/^app\/src\/[\w/-]+\.ts$/.test(file) || /test/i.test(file))).toEqual([]);
  });

  it('that are there in the end are compiled, and packages that run needs', () => {
    const copied = all('COPY', [stage('runtime')]).map(({ rest }) => rest);
    expect(copied).toEqual([
      'package-lock.json ./',
      '/build/node_modules/ node_modules/',
      '/build/app/package.json ./',
      '/build/app/dist/ dist/',
      'app/bin/image/holdfast /usr/local/bin/holdfast',
    ]);
    expect(compilerOptions).toMatchObject({ rootDir: 'src', outDir: 'dist' });
    expect(compilerOptions).not.toHaveProperty('inlineSources');
    const compiled = readdirSync(join(buildDirectory(), 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    expect(compiled.filter((name) => !/\.js(\.map)?$/.test(name))).toEqual([]);
  });

  it('hold no package that only development needs', () => {
    const packages = installedPackages();
    expect(packages).toEqual(
      expect.arrayContaining(['node_modules/fastify', 'node_modules/@electric-sql/pglite']),
    );
    expect(packages.filter((path) => isDevelopmentOnly(path))).toEqual([]);
    expect(
      packages.filter((path) =>
        /\/(cdktf|@cdktf|constructs|jest|typescript|tsx|knip|@biomejs)(\/|$)/.test(path),
      ),
    ).toEqual([]);
    const install = all('RUN', [stage('dependencies')]).map(({ rest }) => JSON.parse(rest))[0];
    expect(install).toEqual(['npm', 'ci', '--omit=dev', '--workspace', 'app', '--ignore-scripts']);
  });

  it('have modes that do not depend on who has checked them out', () => {
    const fromContext = all('COPY', [stage('runtime')]).filter(
      ({ flags, rest }) => !flags.from || rest.includes('package.json'),
    );
    expect(fromContext).toHaveLength(3);
    for (const { flags } of fromContext) expect(flags.chmod).toMatch(/^(644|755)$/);
  });
});

describe('what linters of Dockerfiles ask for', () => {
  const instructions = stages.flatMap((each) => each.instructions);

  it('is kept: no ADD, no latest, absolute working directories, names for stages, one command each', () => {
    expect(instructions.map(({ keyword }) => keyword)).not.toContain('ADD');
    expect(instructions.map(({ keyword }) => keyword)).not.toContain('MAINTAINER');
    for (const { rest } of all('WORKDIR')) expect(rest).toMatch(/^\//);
    expect(JSON.stringify(instructions)).not.toMatch(/:latest|sudo|--unsafe-perm/);
    for (const { rest } of all('FROM')) expect(rest).toMatch(/ AS [a-z]+$/);
    for (const keyword of ['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'USER']) {
      expect([keyword, all(keyword).length]).toEqual([keyword, 1]);
    }
  });

  it('and nothing is fetched but what the lock file names, nor run of it', () => {
    for (const { rest } of all('RUN')) {
      const [program, ...args] = JSON.parse(rest) as string[];
      if (program === 'npm' && args[0] === 'ci') expect(args).toContain('--ignore-scripts');
      else expect([program, args[0]]).toEqual(expect.not.arrayContaining(['npx', 'install', 'exec']));
    }
    // A secret that is handed in as an argument stays in the image's history.
    for (const { rest } of [...all('ARG'), ...all('ENV')])
      expect(rest).not.toMatch(/TOKEN|PASSWORD|SECRET|_KEY/i);
  });
});
