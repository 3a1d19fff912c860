import type { CommandLine } from './known';
import type { SimpleCommand } from './shell';

/**
 * What a command does to what there is. here: changes this machine at most (a variable, a file, a synthesis). unknown: it cannot be
 * told from its words.
 */
export type Effect = 'reads' | 'changes' | 'here' | 'unknown';

/** Programs that print, whatever they are given. */
const readers = new Set([
  'cat', 'date', 'df', 'diff', 'dig', 'grep', 'head', 'jq', 'less', 'openssl', 'pg_dump', 'sed', 'sort', 'tail', 'watch',
]); // biome-ignore format: a list
/** Programs that concern the shell or its files. */
const ofShell = new Set([
  'cp', 'echo', 'export', 'git', 'kill', 'mkdir', 'printf', 'read', 'sleep', 'test', 'wait',
]); // biome-ignore format: a list

/** What a command of a step does. Nothing is run. */
export function effectOf(
  { words }: SimpleCommand,
  commandLine: CommandLine,
  functions: ReadonlySet<string>,
): Effect {
  const [program = '', ...args] = words;
  if (functions.has(program) || ofShell.has(program)) return 'here';
  if (readers.has(program)) return 'reads';
  if (program === 'kubectl') return ofKubectl(args, commandLine);
  if (program === 'aws') return ofAws(args);
  if (program === 'holdfast') return ofHoldfast(args, commandLine);
  if (program === 'terraform' || program === 'tofu') return ofTerraform(args);
  if (program === 'helm') return operand(args, helmReads);
  if (program === 'npm') return ofNpm(args, commandLine);
  if (program === 'npx') return ofNpx(args, commandLine);
  if (program === 'psql') return ofPsql(args);
  if (program === 'valkey-cli' || program === 'redis-cli') return ofValkey(args);
  if (program === 'pg_ctl') return args.includes('status') ? 'reads' : 'changes';
  if (program === 'curl') return args.some((word) => sends.test(word)) ? 'changes' : 'reads';
  return 'unknown';
}

const helmReads = new Set(['list', 'history', 'status', 'get']);
const operand = (args: readonly string[], reading: ReadonlySet<string>): Effect =>
  args.some((word) => reading.has(word)) ? 'reads' : 'changes';

/** `--data-urlencode query=…` asks Prometheus; the others send something. */
const sends =
  /^(-d|--data|--data-raw|--data-binary|--json|-F|--form|-T|--upload-file|POST|PUT|PATCH|DELETE)$/;

/** A statement that writes, ends somebody's session, or takes locks that others wait for. */
const writing =
  /\b(insert into|update \w+ set|delete from|truncate|drop|alter|create|grant|revoke|reindex|vacuum|pg_(terminate|cancel)_backend|pg_switch_wal)\b|(^|[;#] ?)analyze\b|\bcopy \w+ from\b|\\i /i;
export const changesRows = (statement: string): boolean => writing.test(statement);

/** What comes through its standard input, nobody sees here. */
function ofPsql(args: readonly string[]): Effect {
  if (args.some(changesRows)) return 'changes';
  return args.some((word) => word === '--command' || /^-[a-zA-Z]*c$/.test(word)) ? 'reads' : 'unknown';
}

const valkeyReads = new Set([
  'ping',
  'info',
  'get',
  'ttl',
  'dbsize',
  'llen',
  'memory',
  'slowlog',
  'latency',
  '--scan',
  '--bigkeys',
]);
const valkeyChanges = new Set([
  'set',
  'del',
  'flushall',
  'flushdb',
  'failover',
  'shutdown',
  'config',
  'acl',
  'client',
  'bgsave',
]);

function ofValkey(args: readonly string[]): Effect {
  const words = args.map((word) => word.toLowerCase());
  if (words.some((word) => valkeyChanges.has(word))) return 'changes';
  return words.some((word) => valkeyReads.has(word)) ? 'reads' : 'unknown';
}

const kubectlReads = new Set([
  'get', 'describe', 'logs', 'top', 'wait', 'version', 'cluster-info', 'port-forward', 'auth', 'config', 'explain', 'api-resources',
]); // biome-ignore format: a list

function ofKubectl(args: readonly string[], commandLine: CommandLine): Effect {
  const split = args.indexOf('--');
  const own = split < 0 ? args : args.slice(0, split);
  const verb =
    own.find((word, index) => !word.startsWith('-') && !takesValue.has(own[index - 1] ?? '')) ?? '';
  if (kubectlReads.has(verb)) return 'reads';
  if (verb === 'rollout')
    return own.some((word) => word === 'status' || word === 'history') ? 'reads' : 'changes';
  if (verb !== 'exec') return 'changes';
  const [inPod, group, action] = args.slice(split + 1);
  if (inPod === 'holdfast') return ofHoldfast(args.slice(split + 2), commandLine);
  if (inPod === 'amtool') return group === 'alert' && action === 'query' ? 'reads' : 'changes';
  return 'unknown';
}
const takesValue = new Set(['-n', '--namespace', '--context']);

const awsReads =
  /^(describe|list|get|lookup|filter|validate|head|search|batch-get|start-query|tail|wait|ls)(-|$)/;

function ofAws([service = '', operation = '', ...rest]: readonly string[]): Effect {
  // A tunnel changes nothing; what goes through it is another command.
  if (service === 'ssm' && operation === 'start-session') return 'here';
  if (service === 's3' && operation === 'cp')
    return (rest[1] ?? '').startsWith('s3://') ? 'changes' : 'reads';
  return awsReads.test(operation) ? 'reads' : 'changes';
}

/** Commands that write without asking first, and so have no --yes. */
const writeUnasked = new Set([
  'backup create',
  'backup check',
  'backup archive-wal',
  'migrate',
  'prepare-database',
  'serve',
]);

/** By the real tree: what asks before it changes something has --yes. */
function ofHoldfast(args: readonly string[], program: CommandLine): Effect {
  let command = program;
  const path: string[] = [];
  for (const word of args) {
    const next = command.commands.find((each) => each.name() === word);
    if (!next) break;
    command = next;
    path.push(word);
  }
  if (args.includes('--check') || args.includes('--dry-run') || args.includes('--help')) return 'reads';
  // --deep restores into a database of its own, and throws that away.
  if (args.includes('--deep') || writeUnasked.has(path.join(' '))) return 'changes';
  return command.options.some(({ long }) => long === '--yes') ? 'changes' : 'reads';
}

function ofTerraform(args: readonly string[]): Effect {
  const [verb = '', second = ''] = args.filter((word) => !word.startsWith('-'));
  if (verb === 'init' || verb === 'providers') return 'here';
  if (verb === 'state') return ['list', 'show', 'pull'].includes(second) ? 'reads' : 'changes';
  return ['plan', 'output', 'show', 'validate'].includes(verb) ? 'reads' : 'changes';
}

function ofNpm([verb, script, , ...rest]: readonly string[], commandLine: CommandLine): Effect {
  if (verb !== 'run' || script === 'synth') return 'here';
  if (rest.includes('--print')) return 'reads';
  if (script === 'holdfast') return ofHoldfast(rest, commandLine);
  if (script === 'access') return rest.includes('psql') ? 'reads' : 'here';
  // A drill breaks servers that it started itself.
  if (script === 'runbook') return rest.includes('drill') ? 'here' : 'reads';
  return script === 'doctor' ? 'reads' : 'changes';
}

function ofNpx([program = '', verb = '', ...rest]: readonly string[], commandLine: CommandLine): Effect {
  if (program === 'holdfast') return ofHoldfast([verb, ...rest], commandLine);
  if (verb === 'synth') return 'here';
  return verb === 'diff' || verb === 'output' ? 'reads' : 'changes';
}
