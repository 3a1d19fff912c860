/** The image's file set where no engine runs: the Dockerfile, read and carried out on folders. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');

export interface Instruction {
  readonly keyword: string;
  readonly flags: Record<string, string>;
  readonly rest: string;
}
export interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** As much of a Dockerfile as ours uses: comments, continued lines, flags, stages. */
export function parseDockerfile(text = readFileSync(join(root, 'app/Dockerfile'), 'utf8')): Stage[] {
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

/**
 * Files of the repository that are let into the context. Ours ignores everything, then lets in files and folders by
 * their paths; another pattern would need more than this.
 */
export function contextFiles(): string[] {
  const [first, ...others] = readFileSync(join(root, 'app/Dockerfile.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (first !== '**' || others.some((line) => !/^![\w./-]+$/.test(line))) {
    throw new Error('app/Dockerfile.dockerignore holds a pattern that contextFiles() cannot read');
  }
  return others.flatMap((line) => {
    const path = line.slice(1);
    if (!lstatSync(join(root, path)).isDirectory()) return [path];
    return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  });
}

/**
 * Carries the Dockerfile out below a folder: each stage is a folder there, without what its base image holds. Returns the
 * last one: what the image adds to distroless.
 */
export function assembleImage(folder: string): string {
  const stageFolder = (name: string) => join(folder, name);
  const stages = parseDockerfile().slice(1);
  for (const { name, instructions } of stages) {
    const home = stageFolder(name);
    mkdirSync(home, { recursive: true });
    let directory = '/';
    for (const { keyword, flags, rest } of instructions) {
      if (keyword === 'WORKDIR') {
        directory = rest;
        mkdirSync(join(home, directory), { recursive: true });
      }
      if (keyword === 'COPY')
        copy(rest, flags, { home, directory, from: flags.from && stageFolder(flags.from) });
      if (keyword === 'RUN') execute(JSON.parse(rest), join(home, directory));
    }
  }
  for (const { name } of stages.slice(0, -1)) removeFolder(stageFolder(name));
  return stageFolder(stages.at(-1)?.name ?? '');
}

/** Node takes a minute for what is in `node_modules`. */
export const removeFolder = (folder: string): void => void spawnSync('rm', ['-rf', folder]);

interface Place {
  readonly home: string;
  readonly directory: string;
  /** Folder of another stage; nothing where the context is meant. */
  readonly from: string | undefined;
}

function copy(rest: string, flags: Record<string, string>, { home, directory, from }: Place): void {
  const paths = rest.split(/\s+/);
  const target = paths.pop() as string;
  const into = join(home, target.startsWith('/') ? '.' : directory, target);
  const allowed = from === undefined ? contextFiles() : [];
  for (const path of paths) {
    const source = join(from ?? root, path);
    const isFolder = lstatSync(source).isDirectory();
    const destination = isFolder || !target.endsWith('/') ? into : join(into, basename(path));
    mkdirSync(isFolder ? destination : dirname(destination), { recursive: true });
    if (from !== undefined) {
      // Thousands of files: quicker than Node.
      execute(['cp', '-a', isFolder ? `${source}/.` : source, destination], root);
    } else {
      const isLetIn = (file: string) =>
        allowed.some((one) => one === relative(root, file) || one.startsWith(`${relative(root, file)}/`));
      cpSync(source, destination, { recursive: true, filter: isLetIn });
    }
    if (flags.chmod && existsSync(destination)) chmodSync(destination, Number.parseInt(flags.chmod, 8));
  }
}

function execute([program = '', ...args]: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    // Nothing of the developer's, but for what reaches the registry.
    env: { ...process.env, NODE_ENV: undefined, NODE_OPTIONS: undefined, npm_config_audit: 'false' },
  });
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} fails: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
  }
}

/** Every file below a folder: path, mode, and the hash of what is in it. */
export function fileSet(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      const content = entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
      const mode = (lstatSync(path).mode & 0o7777).toString(8);
      return [relative(folder, path), `${mode} ${createHash('sha256').update(content).digest('hex')}`];
    });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
