import { spawnSync } from 'node:child_process';
import { type Check, type Finding, fail, pass, warn } from './finding';

interface Tool {
  readonly name: string;
  readonly command: readonly string[];
  /** Finds the version in what the command prints. */
  readonly version: RegExp;
  /** Oldest version that does, as far as one is known. */
  readonly minimum?: string;
  /** Without it: `deploy` means nothing can be deployed, otherwise what one does without. */
  readonly neededFor: string;
  readonly optional?: boolean;
  readonly remedy: string;
}

/** Programs that people run, or that Terraform's providers run for them. */
const tools: readonly Tool[] = [
  {
    name: 'Terraform',
    command: ['terraform', 'version', '-json'],
    version: /"terraform_version":\s*"([\d.]+)/,
    // Native locking of the state is stable since 1.11.
    minimum: '1.11.0',
    neededFor: 'plans and deploys',
    remedy: 'install Terraform 1.11 or newer (developer.hashicorp.com/terraform/install)',
  },
  {
    name: 'AWS CLI',
    command: ['aws', '--version'],
    version: /aws-cli\/([\d.]+)/,
    minimum: '1.29.0',
    neededFor: 'gives Terraform the cluster’s tokens, and people their kubeconfig',
    remedy: 'install the AWS CLI, version 2 (docs.aws.amazon.com/cli)',
  },
  {
    name: 'kubectl',
    command: ['kubectl', 'version', '--client'],
    version: /Client Version: v([\d.]+)/,
    minimum: '1.34.0',
    neededFor: 'shows what runs on the cluster',
    optional: true,
    remedy: 'install a kubectl within one minor version of the cluster (kubernetes.io/docs/tasks/tools)',
  },
  {
    name: 'Docker',
    command: ['docker', '--version'],
    version: /version ([\d.]+)/,
    neededFor: 'builds and pushes the image',
    optional: true,
    remedy: 'install Docker, or let the release workflow build the image',
  },
  {
    name: 'Session Manager plugin',
    command: ['session-manager-plugin', '--version'],
    version: /([\d.]+)/,
    neededFor: 'opens private databases and clusters (npm run access)',
    optional: true,
    remedy: 'install it (docs.aws.amazon.com/systems-manager, "Install the Session Manager plugin")',
  },
  {
    name: 'psql',
    command: ['psql', '--version'],
    version: /([\d.]+)/,
    neededFor: 'queries the database (npm run access)',
    optional: true,
    remedy: 'install PostgreSQL’s client programs, version 15 or newer',
  },
];

/** Runs a program and returns what it printed, or nothing where it is missing or fails. */
export type RunTool = (command: readonly string[]) => string | undefined;

export const runTool: RunTool = ([program = '', ...args]) => {
  const run = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
  return run.status === 0 ? run.stdout + run.stderr : undefined;
};

/** The cdktf CLI needs Node 20 or 22; synthesis itself runs on any from 20.20 on. */
function nodeFinding(version: string): Finding {
  const major = Number(version.split('.')[0]);
  if (isOlder(version, '20.20.0')) {
    return fail('Node.js', version, 'install Node.js 22 (20.20 or newer does, too)');
  }
  return major >= 23
    ? warn(
        'Node.js',
        version,
        'use Node.js 22 for cdktf deploy and diff, whose CLI has no build for newer ones',
      )
    : pass('Node.js', version);
}

export function isOlder(version: string, minimum: string): boolean {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

export const toolsCheck = (run: RunTool = runTool, nodeVersion = process.versions.node): Check => ({
  title: 'Tools',
  async run() {
    return [
      nodeFinding(nodeVersion),
      ...tools.map((tool): Finding => {
        const printed = run(tool.command);
        const version = printed?.match(tool.version)?.[1];
        const report = tool.optional ? warn : fail;
        if (version === undefined) return report(tool.name, `not found; it ${tool.neededFor}`, tool.remedy);
        return tool.minimum && isOlder(version, tool.minimum)
          ? report(tool.name, `${version}, older than ${tool.minimum}`, tool.remedy)
          : pass(tool.name, version);
      }),
    ];
  },
});
