import { parseArgs } from 'node:util';
import { closest } from '../plan/select';
import { paint, table } from '../terminal';
import { type CapacityPlan, type Load, planCapacity } from './plan';
import { nodeSizes } from './sizes';

const usage =
  'Use: npm run capacity -- --rps N --events N [--queries PERCENT] [--bytes N] [--outage MINUTES] [--node TYPE] [--json]';

/** Resolves to the exit code. */
export async function capacityCommand(args: readonly string[]): Promise<number> {
  const asked = parse(args);
  if ('problems' in asked) {
    for (const problem of asked.problems) console.error(`${paint('red', 'error')} ${problem}`);
    console.error(usage);
    return 1;
  }
  const plan = planCapacity(asked.load);
  console.log(
    asked.json ? JSON.stringify({ load: asked.load, ...plan }, undefined, 2) : text(asked.load, plan),
  );
  return 0;
}

/** All that is wrong at once. */
export function parse(
  args: readonly string[],
): { load: Load; json: boolean } | { problems: readonly string[] } {
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({
      args: [...args],
      options: {
        rps: { type: 'string', default: '0' },
        events: { type: 'string', default: '0' },
        queries: { type: 'string', default: '10' },
        bytes: { type: 'string', default: '300' },
        outage: { type: 'string', default: '5' },
        node: { type: 'string', default: 'm7g.xlarge' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return { problems: [(error as Error).message.split('.')[0] ?? ''] };
  }
  const problems: string[] = [];
  const number = (name: string, most: number): number => {
    const value = Number(values[name]);
    if (!Number.isFinite(value) || value < 0 || value > most || values[name] === '') {
      problems.push(
        `--${name} must be a number from 0 to ${most.toLocaleString('en-US')}, not "${values[name]}"`,
      );
    }
    return value;
  };
  const load = {
    requestsPerSecond: number('rps', 10_000_000),
    queryPercent: number('queries', 100),
    eventsPerSecond: number('events', 100_000_000),
    eventBytes: number('bytes', 1_000_000),
    outageMinutes: number('outage', 10_080),
  };
  const node = nodeSizes.find(({ type }) => type === values['node']);
  if (!node) {
    const known = nodeSizes.map(({ type }) => type);
    const close = closest(String(values['node']), known);
    problems.push(
      `--node: the size of "${values['node']}" is not known here, ${close ? `did you mean ${close}?` : `one of ${known.join(', ')}`}`,
    );
  }
  if (problems.length === 0 && load.requestsPerSecond + load.eventsPerSecond === 0) {
    problems.push('no load was given: --rps and --events are both 0');
  }
  return problems.length > 0 || !node
    ? { problems }
    : { load: { ...load, node }, json: values['json'] === true };
}

const decimal = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

function text(load: Load, plan: CapacityPlan): string {
  const { stream, database, connections } = plan;
  return [
    paint(
      'bold',
      `${load.requestsPerSecond.toLocaleString('en-US')} requests and ${load.eventsPerSecond.toLocaleString('en-US')} events of ${load.eventBytes} bytes a second`,
    ),
    '',
    table(
      ['role', 'busy processors', 'replicas'],
      plan.roles.map(({ role, processors, replicas }) => [role, decimal(processors).padStart(15), replicas]),
    ),
    '',
    `nodes        ${plan.nodes} × ${load.node.type} for the service alone; monitoring and logs need their own`,
    `connections  ${connections.busy} busy on average, ${connections.open} open at most: through RDS Proxy`,
    `stream       ${decimal(stream.gib)} GiB for ${load.outageMinutes} minutes in which nobody reads: ${stream.primaries} × ${stream.nodeType}, and their replicas`,
    `database     ${decimal(database.processors)} processors for events and queries of ${load.queryPercent} % of requests, ${database.instanceClass ?? 'more than one server of the largest class known here: partition by tenant'}; ${decimal(database.gibPerDay)} GiB a day before indexes`,
    '',
    'From processor time measured on two cores (tools/lib/capacity/costs.ts), at half of each processor: measure again on your own machines before you buy.',
  ].join('\n');
}
