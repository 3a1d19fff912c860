import type { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbProxy } from '@cdktf/provider-aws/lib/db-proxy';
import { DbProxyDefaultTargetGroup } from '@cdktf/provider-aws/lib/db-proxy-default-target-group';
import { DbProxyTarget } from '@cdktf/provider-aws/lib/db-proxy-target';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Fn, TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';
import type { EncryptionKey } from '../encryption/key';
import { arnIn, type Place } from '../identity/place';
import { trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';
import { LogGroup } from '../storage/log-group';
import { postgresPort, proxyLogGroup } from './parameters';
import { poolSettings } from './pool';
import { proxyAlarms } from './proxy-alarms';

export interface DatabaseProxyProps extends Place {
  /** Identifier, unique in account and region. Changing it replaces the proxy, and its address. */
  readonly name: string;
  /** The primary: a proxy reaches no replicas of an instance, only those of Aurora and of Multi-AZ clusters. */
  readonly instance: DbInstance;
  readonly instanceClass: string;
  /** The database's own. */
  readonly databaseSecurityGroupId: string;
  /** Logins that it may connect as, which are those that may connect to it. */
  readonly users: readonly [string, ...string[]];
  /** Of the security group. Changing it replaces the proxy: its address is gone until the new one is there. */
  readonly vpcId: string;
  /** In two zones at least. It takes some ten addresses of each. */
  readonly subnetIds: string[];
  /** Whose members may connect. */
  readonly clientSecurityGroupId: string;
  /** Of its log. Its policy must name `proxyLogGroup`. */
  readonly key: EncryptionKey;
  /** Days that its log is kept. */
  readonly logRetentionDays: number;
  /** Who is told when it is in trouble. */
  readonly alarms: AlarmTopic;
}

/**
 * RDS Proxy: many connections of pods share few of the server, and outlive its failover. IAM from end to end: a pod signs
 * a login to the proxy, the proxy one to the server, and nobody keeps a password. Sessions that keep state are pinned to a
 * connection, and PostgreSQL has no filter against that (`session_pinning_filters` is MySQL's): migrations, LISTEN and
 * session locks go to the server directly.
 */
export class DatabaseProxy extends Construct {
  /** Where pods connect to. */
  readonly host: string;
  /** Its id in the ARNs of logins: `prx-…`. */
  readonly resourceId: string;

  constructor(scope: Construct, id: string, props: DatabaseProxyProps) {
    super(scope, id);
    const { name } = props;
    const securityGroupId = this.firewall(props);
    const role = new Role(this, 'role', {
      name: `${name}-database-proxy`,
      description: `RDS Proxy of ${name}: logs in to the database for the pods`,
      trust: trustPolicy('rds.amazonaws.com', 'sts:AssumeRole', {
        StringEquals: { 'aws:SourceAccount': props.accountId },
      }),
      statements: [
        {
          sid: 'LogInToDatabase',
          actions: 'rds-db:connect',
          resources: logins(props, props.instance.resourceId, props.users),
        },
      ],
    });
    const { group: log } = new LogGroup(this, 'log', {
      name: proxyLogGroup(name),
      retentionDays: props.logRetentionDays,
      key: props.key,
    });
    const { idleClientTimeout, ...pool } = poolSettings(props.instanceClass);
    const proxy = new DbProxy(this, 'proxy', {
      name,
      engineFamily: 'POSTGRESQL',
      defaultAuthScheme: 'IAM_AUTH',
      requireTls: true,
      // It would write every statement, with its values.
      debugLogging: false,
      idleClientTimeout,
      roleArn: role.arn,
      vpcSubnetIds: props.subnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      dependsOn: [log, ...role.permissions],
    });
    const group = new DbProxyDefaultTargetGroup(this, 'pool', {
      dbProxyName: proxy.name,
      connectionPoolConfig: pool,
    });
    new DbProxyTarget(this, 'target', {
      dbProxyName: proxy.name,
      targetGroupName: group.name,
      dbInstanceIdentifier: props.instance.identifier,
    });
    for (const rule of proxyAlarms) {
      new Alarm(this, `alarm-${rule.id}`, {
        rule,
        name: `${name}-database-proxy`,
        namespace: 'AWS/RDS',
        dimensions: { ProxyName: proxy.name },
        topic: props.alarms,
      });
    }
    this.host = proxy.endpoint;
    // arn:aws:rds:<region>:<account>:db-proxy:prx-…; a local, because policies can't hold an expression with quotes.
    this.resourceId = new TerraformLocal(
      this,
      'resource-id',
      Fn.element(Fn.split(':', proxy.arn), 6),
    ).asString;
  }

  /** From the clients, to the database, and nowhere else. */
  private firewall(props: DatabaseProxyProps): string {
    const description = 'RDS Proxy, between the cluster and PostgreSQL';
    const tags = { Name: `${props.name}-database-proxy` };
    const port = { ipProtocol: 'tcp', fromPort: postgresPort, toPort: postgresPort };
    const group = new SecurityGroup(this, 'security-group', {
      name: tags.Name,
      description,
      vpcId: props.vpcId,
      // The whole list: whatever else lets it out is taken away. Terraform wants every member of it written down.
      egress: [
        {
          protocol: 'tcp',
          fromPort: postgresPort,
          toPort: postgresPort,
          description,
          securityGroups: [props.databaseSecurityGroupId],
          cidrBlocks: [],
          ipv6CidrBlocks: [],
          prefixListIds: [],
          selfAttribute: false,
        },
      ],
      tags,
    });
    new VpcSecurityGroupIngressRule(this, 'from-clients', {
      ...port,
      securityGroupId: group.id,
      description,
      referencedSecurityGroupId: props.clientSecurityGroupId,
      tags,
    });
    new VpcSecurityGroupIngressRule(this, 'into-database', {
      ...port,
      securityGroupId: props.databaseSecurityGroupId,
      description: 'PostgreSQL, from RDS Proxy',
      referencedSecurityGroupId: group.id,
      tags,
    });
    return group.id;
  }
}

/**
 * ARNs of logins to an instance or a proxy, by its own id, which one of the same name after it doesn't share.
 *
 * @param resourceId `db-…` or `prx-…`
 */
export const logins = (
  place: Place,
  resourceId: string,
  [first, ...others]: readonly [string, ...string[]],
): [string, ...string[]] => {
  const arn = (user: string) => arnIn(place, 'rds-db', `dbuser:${resourceId}/${user}`);
  return [arn(first), ...others.map(arn)];
};
