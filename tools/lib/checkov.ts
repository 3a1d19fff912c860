import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { resourcesOf, type StackJson } from './stack-json';

/** A stack as checkov gets it. `tier` is its environment's; bootstrap has none. */
export interface ScannedStack {
  readonly name: string;
  readonly component: string;
  readonly tier?: string;
  readonly json: StackJson;
}

export interface Finding {
  readonly check: string;
  readonly title: string;
  readonly stack: ScannedStack;
  /** In the state, such as aws_s3_bucket.state_bucket_803B4E61. */
  readonly address: string;
  /** Where in the program it is made, such as bootstrap-prod/state/bucket. */
  readonly path: string;
}

export interface Scan {
  readonly findings: readonly Finding[];
  /** What checkov looked at and found right. */
  readonly passed: readonly Finding[];
  /** Checks that were evaluated, by stack: none where checkov understood nothing. */
  readonly evaluated: Readonly<Record<string, number>>;
}

/** A finding that is right as it is (gates/README.md says what the properties mean). */
export interface Exception {
  readonly check: string;
  readonly resources: readonly string[];
  readonly tiers?: readonly string[];
  /** Names of environments. Default: every environment. */
  readonly environments?: readonly string[];
  readonly reason: string;
}

/** Runs checkov over the stacks; `folder` gets what it reads. Throws where it can't be run or stumbles. */
export function scan(stacks: readonly ScannedStack[], folder: string): Scan {
  for (const { name, json } of stacks) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'cdk.tf.json'), JSON.stringify(readable(json), undefined, 1));
  }
  const options = ['--framework', 'terraform_json', '--output', 'json', '--compact', '--soft-fail'];
  const run = spawnSync(program(), ['--directory', '.', ...options, '--skip-download'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (run.error) {
    throw new Error(`checkov can't be run: ${run.error.message}; .ci/tools.sh installs it`);
  }
  // Whatever it stumbles over it leaves out, with status 0.
  const stumbled = run.stderr
    .split('\n')
    .filter((line) => /\bFailed to (parse|add|run)\b/.test(line))
    .map((line) => line.slice(0, 200));
  if (run.status !== 0 || stumbled.length > 0) {
    throw new Error(`checkov exited ${run.status}:\n${stumbled.join('\n') || run.stderr}`);
  }
  return read(JSON.parse(run.stdout), stacks);
}

/** Where .ci/tools.sh put it, unless it is on PATH. */
function program(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const installed = join(cache, 'holdfast-tools', 'checkov', 'bin', 'checkov');
  return existsSync(installed) ? installed : 'checkov';
}

/**
 * What checkov can read of a stack: its resources. It gives up a whole file over a `terraform` block with plain values,
 * over dynamic blocks of JSON, over releases of charts (for which it has no checks) and over empty lists of blocks; and it
 * takes a policy for text whose JSON Terraform only completes.
 */
function readable({ resource = {} }: StackJson): unknown {
  const known = Object.entries(resource).filter(([type]) => type !== 'helm_release');
  return { resource: prune(Object.fromEntries(known)) };
}

const leftOut = ['//', 'dynamic'];

function prune(node: unknown): unknown {
  if (typeof node === 'string') return completed(node);
  if (Array.isArray(node)) return node.map(prune);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !leftOut.includes(key) && !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) => [key, prune(value)]),
  );
}

/** `{"Resource":${jsonencode(x.arn)}}` → `{"Resource":"${x.arn}"}`, `${jsonencode("a-${x.id}")}` → `"a-${x.id}"`. */
const completed = (text: string): string =>
  text.replace(/\$\{jsonencode\(((?:[^()]|\([^()]*\))*)\)\}/g, (_, expression: string) =>
    expression.startsWith('"') ? expression : `"\${${expression.replaceAll('"', "'")}}"`,
  );

interface CheckovRecord {
  readonly check_id: string;
  readonly check_name: string;
  /** /<stack>/cdk.tf.json */
  readonly file_path: string;
  /** `<type>.<name>`, but `resource.<name>` of most checks. */
  readonly resource: string;
}
interface CheckovReport {
  readonly results?: {
    readonly passed_checks: readonly CheckovRecord[];
    readonly failed_checks: readonly CheckovRecord[];
  };
}

function read(output: CheckovReport | readonly CheckovReport[], stacks: readonly ScannedStack[]): Scan {
  const reports = [output].flat() as CheckovReport[];
  const stackOf = (record: CheckovRecord) => {
    const found = stacks.find(({ name }) => record.file_path === `/${name}/cdk.tf.json`);
    if (!found) throw new Error(`checkov speaks of ${record.file_path}, which it was not given`);
    return found;
  };
  const evaluated: Record<string, number> = Object.fromEntries(stacks.map(({ name }) => [name, 0]));
  const told = (record: CheckovRecord): Finding[] => {
    const stack = stackOf(record);
    const name = record.resource.replace(/^.*\./, '');
    const made = resourcesOf(stack.json).filter((resource) =>
      record.resource.startsWith('resource.') ? resource.name === name : resource.address === record.resource,
    );
    return made.map(({ address, values }) => ({
      check: record.check_id,
      title: record.check_name,
      stack,
      address,
      path: (values['//'] as { metadata?: { path?: string } } | undefined)?.metadata?.path ?? address,
    }));
  };
  for (const { results } of reports) {
    for (const record of [...(results?.passed_checks ?? []), ...(results?.failed_checks ?? [])]) {
      const { name } = stackOf(record);
      evaluated[name] = (evaluated[name] ?? 0) + 1;
    }
  }
  const findings = reports.flatMap(({ results }) => (results?.failed_checks ?? []).flatMap(told));
  const passed = reports.flatMap(({ results }) => (results?.passed_checks ?? []).flatMap(told));
  return { findings, passed, evaluated };
}

const matches = (exception: Exception, { check, stack, address }: Finding): boolean =>
  exception.check === check &&
  (exception.tiers === undefined || (stack.tier !== undefined && exception.tiers.includes(stack.tier))) &&
  (exception.environments === undefined ||
    exception.environments.some((name) => stack.name === `${name}-${stack.component}`)) &&
  exception.resources.some((pattern) => isLike(pattern, `${stack.component}/${address}`));

const isLike = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escapeText).join('.*')}$`).test(text);
const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Findings that no exception covers. */
export const unexcepted = (
  { findings }: Pick<Scan, 'findings'>,
  exceptions: readonly Exception[],
): Finding[] => findings.filter((finding) => !exceptions.some((exception) => matches(exception, finding)));

/** What is wrong, in sentences for the person who has to act: findings without an exception, exceptions without one. */
export function verdict(
  result: Pick<Scan, 'findings'>,
  exceptions: readonly Exception[],
  tiers: ReadonlySet<string>,
): string[] {
  const { findings } = result;
  const refused = unexcepted(result, exceptions).map(
    ({ check, title, stack, address, path }) =>
      `${stack.name}: ${address} fails ${check}, "${title}": change what makes ${path}, or give the reason in gates/checkov-exceptions.json for ${stack.component}/${address}`,
  );
  const stale = exceptions
    // One for a tier that no environment has proves nothing.
    // One for an environment by name may have nothing to excuse for a while, as a recovery region that has taken over.
    .filter((exception) => exception.environments === undefined)
    .filter((exception) => exception.tiers === undefined || exception.tiers.some((tier) => tiers.has(tier)))
    .flatMap((exception) =>
      exception.resources
        .filter(
          (pattern) => !findings.some((finding) => matches({ ...exception, resources: [pattern] }, finding)),
        )
        .map(
          (pattern) =>
            `gates/checkov-exceptions.json: ${exception.check} is excepted for ${pattern}, where checkov finds nothing: take it out`,
        ),
    );
  return [...new Set([...refused, ...stale])];
}
