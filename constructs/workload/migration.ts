import { JobV1 } from '@cdktf/provider-kubernetes/lib/job-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { lifecycle, migrationJob } from '../../app/src/contract';
import type { Configuration } from './configuration';
import { versionLabel, workloadLabels } from './labels';
import type { MountedSecret } from './layout';
import { serviceAccountName } from './names';
import { podTemplate, type Resources } from './pod-template';

/** Counted in the namespace's quota, too. */
export const migrationResources: Resources = { cpuMillis: 100, memoryMiB: 256 };

export interface MigrationProps {
  readonly namespace: string;
  readonly owner: string;
  readonly image: string;
  /** First digits of the image's digest; part of the Job's name. */
  readonly version: string;
  readonly configuration: Configuration;
  /** Holds the owner's password. */
  readonly secrets: readonly MountedSecret[];
  readonly priorityClass: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Changes the schema and makes the roles' logins, as the database's owner, before the roles of a release start. A Job
 * can't be changed, so each image has its own. Terraform keeps it: one that deleted itself would be made again.
 */
export class Migration extends Construct {
  readonly job: JobV1;

  constructor(scope: Construct, id: string, props: MigrationProps) {
    super(scope, id);
    const name = `holdfast-migrate-${props.version}`;
    const { namespace, owner } = props;
    const account = new ServiceAccountV1(this, 'service-account', {
      metadata: {
        name: serviceAccountName('migrate'),
        namespace,
        labels: workloadLabels('migrate', serviceAccountName('migrate'), owner),
      },
      automountServiceAccountToken: false,
      dependsOn: [...props.dependsOn],
    });
    const labels = { ...workloadLabels('migrate', name, owner), ...versionLabel(props.version) };
    this.job = new JobV1(this, 'job', {
      metadata: { name, namespace, labels },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: migrationJob.deadlineSeconds,
        template: {
          metadata: { labels },
          spec: {
            ...podTemplate({
              component: 'migrate',
              serviceAccount: serviceAccountName('migrate'),
              image: props.image,
              command: migrationJob.command,
              args: migrationJob.args,
              ports: [],
              resources: migrationResources,
              settings: { HOLDFAST_DATABASE_AUTH: 'password' },
              secrets: props.secrets,
              priorityClass: props.priorityClass,
              terminationGracePeriodSeconds: lifecycle.shutdownDeadlineSeconds,
            }),
            restartPolicy: 'Never',
          },
        },
      },
      waitForCompletion: true,
      // Above the Job's own deadline: Kubernetes gives up first and says why.
      timeouts: minutes(migrationJob.deadlineSeconds / 60 + 2),
      dependsOn: [account, props.configuration.settings, props.configuration.flags, ...props.dependsOn],
    });
  }
}

const minutes = (count: number) => ({ create: `${Math.ceil(count)}m`, update: `${Math.ceil(count)}m` });
