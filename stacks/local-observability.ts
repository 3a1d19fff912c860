import type { Construct } from 'constructs';
import { HoldfastStack } from '../constructs/core/stack';
import { useLocalHelm, useLocalKubernetes } from '../constructs/kubernetes/local-access';
import { LocalMonitoring } from '../constructs/observability/local-monitoring';
import type { LocalDeployment } from '../environments/load';
import { localStackProps } from './props';

/** Prometheus and Grafana on a laptop's cluster, for whoever deploys it by name; the service does without. */
export class LocalObservabilityStack extends HoldfastStack {
  constructor(scope: Construct, deployment: LocalDeployment) {
    super(scope, localStackProps(deployment, 'observability'));
    const { name } = deployment.environment;
    useLocalKubernetes(this, deployment.environment);
    useLocalHelm(this, deployment.environment);
    new LocalMonitoring(this, 'monitoring', {
      environment: name,
      owner: 'local',
      labels: {
        'app.kubernetes.io/part-of': 'holdfast-observability',
        'app.kubernetes.io/managed-by': 'terraform',
        owner: 'local',
      },
    });
  }
}
