import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { type Account, accountSchema, exampleAccountIds } from './account-schema';
import { betweenEnvironments } from './between';
import type { Problem } from './rule';
import { crossFieldProblems } from './rules';
import {
  type AwsEnvironment,
  awsEnvironmentSchemaOf,
  type Environment,
  type Images,
  imagesSchema,
  type LocalEnvironment,
  localEnvironmentSchema,
  type ReservedRange,
  reservedRangeSchema,
} from './schema';

export interface EnvironmentSources {
  readonly accounts: Readonly<Record<string, unknown>>;
  readonly environments: Readonly<Record<string, unknown>>;
  /** Ranges of environments/reserved.ts. Default: none. */
  readonly reserved?: readonly unknown[];
  /** Folder that holds `<environment>/images.json`. */
  readonly imagesFolder: string;
  /** The day, such as 2027-03-27, that expiries are measured against. Never part of what is synthesised. */
  readonly today: string;
}

/** An account with the name that environments call it by. */
export type NamedAccount = Account & { readonly name: string; readonly isExample: boolean };
/** An environment on AWS with everything its stacks need. */
export interface AwsDeployment {
  readonly environment: AwsEnvironment;
  readonly account: NamedAccount;
  readonly images: Images;
  /** The day that expiries are measured against. */
  readonly today: string;
  /** The environment that this one recovers. Default: none; it stands for itself. */
  readonly recovers?: AwsEnvironment;
  /** The environment that recovers this one, in its recoveryRegion. Default: none does. */
  readonly recoveredBy?: AwsEnvironment;
}
export interface LocalDeployment {
  readonly environment: LocalEnvironment;
}
export type Deployment = AwsDeployment | LocalDeployment;
export const isAws = (deployment: Deployment): deployment is AwsDeployment =>
  deployment.environment.tier !== 'local';

export type LoadedEnvironments =
  | {
      readonly ok: true;
      readonly accounts: readonly NamedAccount[];
      readonly deployments: readonly Deployment[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks accounts, environments, images, and what the environments must agree on; reports every problem at once. */
export function loadEnvironments(sources: EnvironmentSources): LoadedEnvironments {
  const problems: string[] = [];
  const accounts = new Map<string, NamedAccount>();
  for (const [name, input] of Object.entries(sources.accounts)) {
    const result = accountSchema.safeParse(input, { reportInput: true });
    if (!/^[a-z][a-z0-9]{0,15}$/.test(name)) {
      problems.push(
        `environments/accounts.ts: "${name}" must be 1 to 16 lower-case letters and digits, a letter first`,
      );
    }
    if (result.success) {
      accounts.set(name, { ...result.data, name, isExample: exampleAccountIds.includes(result.data.id) });
    } else {
      problems.push(
        ...sentences('environments/accounts.ts', result.error.issues, accountSchema.shape, [name]),
      );
    }
  }

  problems.push(...betweenAccounts([...accounts.values()]));

  const deployments: Deployment[] = [];
  const checked: Environment[] = [];
  for (const [name, input] of Object.entries(sources.environments)) {
    const file = `environments/${name}.ts`;
    const environment = checkEnvironment(name, input, file, problems);
    if (environment) checked.push(environment);
    const tier = (input as { tier?: unknown } | undefined)?.tier;
    if (tier === 'local') {
      if (environment?.tier === 'local') deployments.push({ environment });
      continue;
    }
    // What recovers another runs the same: an image of its own would be one that nobody tried.
    const recovers = (input as { recovery?: { of?: unknown } } | undefined)?.recovery?.of;
    const runs = typeof recovers === 'string' ? recovers : name;
    // One that nobody knows is told of where environments are compared.
    const images =
      runs in sources.environments ? readImages(sources.imagesFolder, runs, problems) : undefined;
    const accountName = (input as { account?: unknown } | undefined)?.account;
    if (typeof accountName === 'string' && !(accountName in sources.accounts)) {
      const known = Object.keys(sources.accounts).join(', ');
      problems.push(
        `${file}: account must be one of environments/accounts.ts (${known}), not "${accountName}"`,
      );
    }
    if (environment && environment.tier !== 'local' && images) {
      const account = accounts.get(environment.account);
      if (account?.github && environment.deployRole) {
        problems.push(
          `${file}: deployRole must be left out: account "${account.name}" has github, whose roles deploy themselves`,
        );
      }
      if (account?.github && cannotReach(environment)) {
        problems.push(
          `${file}: runner must be "self-hosted" or "codebuild", inside the VPC: cluster.publicAccessCidrs is empty, and GitHub's own machines can't reach a private endpoint`,
        );
      }
      if (account) deployments.push({ environment, account, images, today: sources.today });
    }
  }
  const onAws = checked.filter((environment): environment is AwsEnvironment => environment.tier !== 'local');
  const reserved = readReserved(sources.reserved ?? [], problems);
  const names = Object.entries(sources.environments).flatMap(([name, input]) =>
    (input as { tier?: unknown } | undefined)?.tier === 'local' ? [] : [name],
  );
  problems.push(...betweenEnvironments(onAws, accounts, reserved, names));
  return problems.length > 0
    ? { ok: false, problems: [...new Set(problems)] }
    : { ok: true, accounts: [...accounts.values()], deployments: deployments.map(paired(onAws)) };
}

/** Tells each of the two that belong together of the other. */
const paired =
  (all: readonly AwsEnvironment[]) =>
  (deployment: Deployment): Deployment => {
    if (!isAws(deployment)) return deployment;
    const { name, recovery } = deployment.environment;
    const recovers = all.find((other) => other.name === recovery?.of);
    const recoveredBy = all.find((other) => other.recovery?.of === name);
    return { ...deployment, ...(recovers && { recovers }), ...(recoveredBy && { recoveredBy }) };
  };

function checkEnvironment(
  name: string,
  input: unknown,
  file: string,
  problems: string[],
): Environment | undefined {
  const given = (input ?? {}) as { name?: unknown; tier?: unknown; network?: unknown };
  const schema = given.tier === 'local' ? localEnvironmentSchema : awsEnvironmentSchemaOf(given.network);
  const result = schema.safeParse(input, { reportInput: true });
  const issues = result.success ? [] : result.error.issues;
  const before = problems.length;
  problems.push(...sentences(file, issues, schema.shape));
  if (typeof given.name === 'string' && given.name !== name) {
    problems.push(`${file}: name must be "${name}", like the file and its key in environments/index.ts`);
  }
  // An unknown key breaks nothing that a rule reads.
  const broken = issues.filter((i) => i.code !== 'unrecognized_keys').map((i) => i.path.join('.'));
  if (given.tier !== 'local' && typeof input === 'object' && input !== null) {
    problems.push(
      ...crossFieldProblems(input as AwsEnvironment, broken).map((problem) => sentence(file, problem)),
    );
  }
  return result.success && problems.length === before ? result.data : undefined;
}

function readImages(folder: string, name: string, problems: string[]): Images | undefined {
  const file = `environments/${name}/images.json`;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(folder, name, 'images.json'), 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    problems.push(
      missing
        ? `${file}: is missing; it holds the image to run: { "service": "sha256:…" }`
        : `${file}: is not valid JSON (${(error as Error).message})`,
    );
    return undefined;
  }
  const result = imagesSchema.safeParse(content, { reportInput: true });
  if (result.success) return result.data;
  problems.push(...sentences(file, result.error.issues, imagesSchema.shape));
  return undefined;
}

/** Whether jobs would run where the cluster's endpoint doesn't answer. */
const cannotReach = ({ runner, cluster }: AwsEnvironment): boolean =>
  runner.kind === 'hosted' && cluster.publicAccessCidrs.length === 0;

/** What bootstrap makes exists once per account, so it can't be made twice. */
function betweenAccounts(accounts: readonly NamedAccount[]): string[] {
  return accounts.flatMap((one, index) =>
    accounts
      .slice(0, index)
      .filter((other) => other.id === one.id)
      .map(
        (other) =>
          `environments/accounts.ts: ${one.name}.id must not be that of ${other.name}: name one account in both environments`,
      ),
  );
}

function readReserved(inputs: readonly unknown[], problems: string[]): ReservedRange[] {
  return inputs.flatMap((input, index) => {
    const result = reservedRangeSchema.safeParse(input, { reportInput: true });
    if (result.success) return [result.data];
    problems.push(
      ...sentences('environments/reserved.ts', result.error.issues, reservedRangeSchema.shape, [
        `reserved[${index}]`,
      ]),
    );
    return [];
  });
}

const sentence = (file: string, problem: Problem): string =>
  `${file}: ${dotted(problem.path)} ${problem.message}`;

const dotted = (path: readonly PropertyKey[]): string =>
  path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');

/** One sentence per issue: file, path, what is allowed. */
function sentences(
  file: string,
  issues: readonly z.core.$ZodIssue[],
  shape: Readonly<Record<string, unknown>>,
  prefix: readonly string[] = [],
): string[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(shape, issue.path);
      return issue.keys.map((key) => {
        const allowed = known.length > 0 ? `; allowed here: ${known.join(', ')}` : '';
        return `${file}: ${dotted([...path, key])} is not known${allowed}`;
      });
    }
    return [`${file}: ${path.length > 0 ? `${dotted(path)} ` : ''}${explain(issue)}`];
  });
}

/** The keys that a strict object at `path` takes. */
function knownKeys(shape: Readonly<Record<string, unknown>>, path: readonly PropertyKey[]): string[] {
  let current: Readonly<Record<string, unknown>> | undefined = shape;
  for (const key of path) {
    let schema = current?.[String(key)] as
      | { shape?: Record<string, unknown>; unwrap?: () => unknown }
      | undefined;
    while (schema && !schema.shape && schema.unwrap) schema = schema.unwrap() as typeof schema;
    current = schema?.shape;
  }
  return Object.keys(current ?? {});
}

function explain(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.startsWith('must')) return issue.message;
      return issue.input === undefined
        ? `is missing: must be ${article(issue.expected)}`
        : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return issue.message.startsWith('must')
        ? issue.message
        : `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum} entries`
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${issue.maximum} entries`
        : `must be at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'cidrv4' ? 'must be an IPv4 range such as 10.0.0.0/16' : issue.message;
    default:
      return issue.message;
  }
}

const article = (type: string): string =>
  type === 'int' ? 'a whole number' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
