import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { Construct } from 'constructs';
import { EncryptionKey } from '../encryption/key';
import { arnIn, logGroupArn, type Place } from '../identity/place';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { LogGroup } from '../storage/log-group';

export interface FlowLogsProps extends Place {
  /** Name of the VPC. */
  readonly name: string;
  readonly vpcId: string;
  /** Days that they are kept. */
  readonly retentionDays: number;
}

/** Who talked to whom: every connection in the VPC, accepted and refused, summed up over ten minutes. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const logGroupName = `/aws/vpc/${props.name}/flow-logs`;
    const key = new EncryptionKey(this, 'key', {
      accountId: props.accountId,
      region: props.region,
      alias: `${props.name}-flow-logs`,
      description: `VPC flow logs of ${props.name}`,
      logGroups: [logGroupName],
    });
    const { group } = new LogGroup(this, 'logs', {
      name: logGroupName,
      retentionDays: props.retentionDays,
      key,
    });
    const role = new Role(this, 'role', {
      name: `${props.name}-flow-logs`,
      description: `Writes the VPC flow logs of ${props.name}`,
      trust: trustPolicy('vpc-flow-logs.amazonaws.com', 'sts:AssumeRole', {
        StringEquals: { 'aws:SourceAccount': props.accountId },
        ArnLike: { 'aws:SourceArn': arnIn(props, 'ec2', 'vpc-flow-log/*') },
      }),
      // Without CreateLogGroup: the last records of a VPC that is being destroyed would bring the group back.
      statements: [
        {
          sid: 'Write',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [logGroupArn(props, logGroupName), logGroupArn(props, `${logGroupName}:*`)],
        },
        { sid: 'Find', actions: 'logs:DescribeLogGroups', resources: logGroupArn(props, '*') },
      ],
    });
    new FlowLog(this, 'flow-log', {
      vpcId: props.vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      tags: { Name: props.name },
      dependsOn: role.permissions,
    });
  }
}
