import { App, Testing } from 'cdktf';
import type { AwsEnvironmentInput } from '../../environments/schema';
import { BackupStack } from '../../stacks/backup';
import { ClusterStack } from '../../stacks/cluster';
import { DataStack } from '../../stacks/data';
import { NetworkStack } from '../../stacks/network';
import { PlatformStack } from '../../stacks/platform';
import { deployment, type Json } from '../constructs/aws-fixture';

/** The backup stack of an environment, over the stacks before it. */
export function backupOf(environment: AwsEnvironmentInput) {
  const app = new App();
  const of = deployment(environment);
  const network = new NetworkStack(app, of);
  const cluster = new ClusterStack(app, of, { network });
  const data = new DataStack(app, of, { network, cluster });
  const platform = new PlatformStack(app, of, { network, cluster, data });
  const backup = new BackupStack(app, of, { network, cluster, data, platform });
  backup.prepareStack();
  const text = Testing.synth(backup);
  const json: Json = JSON.parse(text);
  return {
    text,
    json,
    only: (type: string): Json => {
      const found = Object.values<Json>(json.resource?.[type] ?? {});
      if (found.length !== 1) throw new Error(`${found.length} × ${type}`);
      return found[0];
    },
  };
}
