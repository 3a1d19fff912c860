import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { Construct } from 'constructs';
import { Alarm, type AlarmRule } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import { LogGroup } from '../storage/log-group';
import { Experiment } from './experiment';
import { cacheInterruption, databaseFailover, type Fault, nodeKill, podKill, type Victim } from './faults';
import { experimentName, faultLogGroup, faultPodImage, faultUser } from './names';
import { type ZoneParts, zonePower } from './zone-power';

export interface ChaosProps extends Victim, ZoneParts {
  /** Of the subnets that are ours. None: no experiment that takes a zone. */
  readonly zones: readonly string[];
  /** The cluster's name as known at apply. */
  readonly cluster: string;
  /** Names of alarms that end an experiment, besides its own; four at most. */
  readonly stopAlarms: readonly string[];
  readonly alarms: AlarmTopic;
  /** Its policy must name `faultLogGroup`. */
  readonly key: EncryptionKey;
  /** Days. */
  readonly logRetentionDays: number;
}

/** Five minutes without any client are a third of the fifteen in which a lost zone has to be survived. */
const unused: AlarmRule = {
  id: 'database-unused',
  metric: 'DatabaseConnections',
  statistic: 'Maximum',
  threshold: { below: 1 },
  unit: 'connections',
  periodSeconds: 60,
  minutes: 5,
  silence: 'breaching',
  meaning:
    'Nobody has been connected to the database for minutes: pods do not find it. It ends any experiment.',
  runbook: 'database-unreachable',
};

/** Experiments of FIS on one environment, each with a role that can do no more, and what ends them. */
export class Chaos extends Construct {
  private readonly log: LogGroup;
  private readonly stop: readonly [string, ...string[]];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ChaosProps,
  ) {
    super(scope, id);
    const { name } = props;
    this.log = new LogGroup(this, 'log', {
      name: faultLogGroup(name),
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const guard = experimentName(name, unused.id);
    new Alarm(this, 'unused', {
      rule: unused,
      name: experimentName(name, '').replace(/-$/, ''),
      namespace: 'AWS/RDS',
      dimensions: { DBInstanceIdentifier: name },
      topic: props.alarms,
    });
    this.stop = [guard, ...props.stopAlarms];

    const image = faultPodImage(props.region);
    if (image) {
      const { role } = this.experiment('kill-pods', 'One pod of each role is killed', podKill(props, image));
      new EksAccessEntry(this, 'access', {
        clusterName: props.cluster,
        principalArn: role.arn,
        userName: faultUser,
        type: 'STANDARD',
      });
    }
    if (props.nodes) this.experiment('kill-node', 'One node is terminated', nodeKill(props));
    if (props.database)
      this.experiment('fail-over-database', 'The database fails over', databaseFailover(props));
    for (const zone of props.zones) {
      if (props.cache) {
        const what = `The cache loses its nodes in ${zone} for ${props.minutes} minutes`;
        this.experiment(`cache-${zone}`, what, cacheInterruption(props, zone));
      }
      const what = `${zone} has no power for ${props.minutes} minutes`;
      this.experiment(`zone-${zone}`, what, zonePower(props, zone, props), true);
    }
  }

  private experiment(id: string, what: string, fault: Fault, skipMissing?: boolean): Experiment {
    const { props } = this;
    return new Experiment(this, id, {
      ...{ accountId: props.accountId, region: props.region },
      ...fault,
      name: experimentName(props.name, id),
      description: `${what}: ${props.name}`,
      stopAlarms: this.stop,
      logGroupArn: this.log.group.arn,
      skipMissing,
    });
  }
}
