import { edge, lifecycle, probes, terminationGracePeriodSeconds } from '../../app/src/contract';
import { loadBalancer } from '../../constructs/edge/load-balancer';
import { targetGroupOf } from '../../constructs/edge/public-routes';

interface Row {
  readonly step: string;
  readonly waits: string;
  readonly seconds: string;
  readonly afterwards: string;
}

/** What a spec lists as `{key, value}`. */
const attribute = (list: unknown, key: string): string => {
  const found = (list as readonly { key: string; value: string }[]).find((one) => one.key === key);
  if (!found) throw new Error(`docs/edge.md: no object says ${key} any more`);
  return found.value;
};

/** Read from the objects that the stacks make where they say it, from the contract where the service does. */
function rows(): Row[] {
  const balancer = loadBalancer({
    name: '',
    subnetIds: [],
    certificateArn: '',
    webAclArn: '',
    logBucket: '',
    protect: false,
    tags: {},
  });
  const { healthCheckConfig: health, targetGroupAttributes } = targetGroupOf(
    { ...probes.readiness, port: 0 },
    lifecycle.drainDelaySeconds,
  );
  const idle = attribute(balancer.loadBalancerAttributes, 'idle_timeout.timeout_seconds');
  const drain = attribute(targetGroupAttributes, 'deregistration_delay.timeout_seconds');
  const grace = terminationGracePeriodSeconds(lifecycle.drainDelaySeconds);
  return [
    {
      step: 'client → load balancer',
      waits: 'for the next request, or for more of one',
      seconds: idle,
      afterwards: 'the load balancer closes the connection; in the middle of a request it answers 408',
    },
    {
      step: 'load balancer → pod',
      waits: 'for the answer',
      seconds: idle,
      afterwards: 'it answers 504; the service goes on',
    },
    {
      step: 'load balancer → pod',
      waits: 'idle connection, load balancer’s side',
      seconds: idle,
      afterwards: 'the load balancer closes it',
    },
    {
      step: 'load balancer → pod',
      waits: 'idle connection, service’s side',
      seconds: String(edge.keepAliveSeconds),
      afterwards:
        'the service would close it: never first, or a request would meet a closed connection (502)',
    },
    {
      step: 'in the service',
      waits: 'until the whole request is there',
      seconds: String(edge.requestSeconds),
      afterwards: 'the service answers 408',
    },
    {
      step: 'health check',
      waits: 'between two',
      seconds: String(health.healthCheckInterval),
      afterwards: `${health.unhealthyThresholdCount} failures in a row: no new requests; ${health.healthyThresholdCount} successes: they come again`,
    },
    {
      step: 'health check',
      waits: 'for the answer',
      seconds: String(health.healthCheckTimeout),
      afterwards: 'it counts as failed',
    },
    {
      step: 'a pod ends',
      waits: 'with failed readiness, still answering (`service.drainDelaySeconds`)',
      seconds: String(lifecycle.drainDelaySeconds),
      afterwards: 'the service closes its listener',
    },
    {
      step: 'a pod ends',
      waits: 'load balancer, for what is under way',
      seconds: drain,
      afterwards: 'it closes its connections to the pod',
    },
    {
      step: 'a pod ends',
      waits: 'service, for what is under way',
      seconds: String(lifecycle.shutdownDeadlineSeconds),
      afterwards: 'the process exits with 1',
    },
    {
      step: 'a pod ends',
      waits: 'Kubernetes, for all of it',
      seconds: String(grace),
      afterwards: 'SIGKILL',
    },
  ];
}

/** The table of docs/edge.md. */
export const edgeTable = (): string =>
  [
    '| step | waits | seconds | then |',
    '|---|---|---|---|',
    ...rows().map((row) => `| ${row.step} | ${row.waits} | ${row.seconds} | ${row.afterwards} |`),
  ].join('\n');

const marked = /(?<=<!-- timeouts -->\n)[\s\S]*?(?=<!-- \/timeouts -->)/;

/** docs/edge.md with the table as it is now. */
export const edgePage = (page: string): string => page.replace(marked, () => `${edgeTable()}\n`);
