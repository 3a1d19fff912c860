import type { AwsEnvironmentInput } from '../../environments/schema';
import { awsEnvironmentSchema } from '../../environments/schema';
import { awsDeployment, kubernetesStacks } from './kubernetes';

type LogsInput = NonNullable<AwsEnvironmentInput['observability']>['logs'];

/** The Kubernetes stacks of the fixture with other logs. */
export const stacksWithLogs = (logs: LogsInput) => {
  const { environment } = awsDeployment;
  return kubernetesStacks({
    ...awsDeployment,
    environment: awsEnvironmentSchema.parse({
      ...environment,
      observability: { ...environment.observability, logs },
    }),
  });
};

export const lokiStacks = () => stacksWithLogs({ kind: 'loki' });
