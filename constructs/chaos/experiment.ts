import {
  FisExperimentTemplate,
  type FisExperimentTemplateAction,
  type FisExperimentTemplateTarget,
} from '@cdktf/provider-aws/lib/fis-experiment-template';
import { Construct } from 'constructs';
import { arnIn, type Place } from '../identity/place';
import { type Statement, trustPolicy } from '../identity/policy';
import { Role } from '../identity/role';

export interface ExperimentProps extends Place {
  /** Of its role, and the tag `Name` by which people find it; at most 64 characters. Changing it replaces the role. */
  readonly name: string;
  /** What it breaks, for whoever reads the list of templates; at most 512 characters. */
  readonly description: string;
  readonly targets: readonly FisExperimentTemplateTarget[];
  readonly actions: readonly FisExperimentTemplateAction[];
  /** What its role may do besides finding its targets and logging: no more than its own actions need. */
  readonly statements: readonly Statement[];
  /** Names of CloudWatch's alarms, five at most: one that fires ends it, and none may be firing when it begins. */
  readonly stopAlarms: readonly [string, ...string[]];
  readonly logGroupArn: string;
  /** Whether it goes on without targets that are not there: for experiments of several parts. Default: it fails. */
  readonly skipMissing?: boolean;
}

/** A fault that FIS injects when a person starts it: nothing happens by its being there. */
export class Experiment extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ExperimentProps) {
    super(scope, id);
    this.role = new Role(this, 'role', {
      name: props.name,
      description: `AWS FIS: ${props.name}`,
      trust: trustPolicy('fis.amazonaws.com', 'sts:AssumeRole', {
        StringEquals: { 'aws:SourceAccount': props.accountId },
        ArnLike: { 'aws:SourceArn': arnIn(props, 'fis', 'experiment/*') },
      }),
      statements: [
        ...props.statements,
        // Neither knows resources; FIS asks for all of the second before it begins.
        { sid: 'FindByTags', actions: 'tag:GetResources', resources: '*' },
        {
          sid: 'DeliverItsLog',
          actions: [
            'logs:CreateLogDelivery',
            'logs:PutResourcePolicy',
            'logs:DescribeResourcePolicies',
            'logs:DescribeLogGroups',
          ],
          resources: '*',
          conditions: { StringEquals: { 'aws:RequestedRegion': props.region } },
        },
      ],
    });
    new FisExperimentTemplate(this, 'template', {
      description: props.description,
      roleArn: this.role.arn,
      target: [...props.targets],
      action: [...props.actions],
      stopCondition: props.stopAlarms.map((alarm) => ({
        source: 'aws:cloudwatch:alarm',
        value: arnIn(props, 'cloudwatch', `alarm:${alarm}`),
      })),
      experimentOptions: {
        accountTargeting: 'single-account',
        emptyTargetResolutionMode: props.skipMissing ? 'skip' : 'fail',
      },
      logConfiguration: {
        logSchemaVersion: 2,
        cloudwatchLogsConfiguration: { logGroupArn: `${props.logGroupArn}:*` },
      },
      tags: { Name: props.name },
      dependsOn: this.role.permissions,
    });
  }
}
