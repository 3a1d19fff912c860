import type { DeploymentV1SpecTemplateSpec } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { probes } from '../../app/src/contract';
import type { PublicRoutesProps } from '../edge/public-routes';
import { paths } from './layout';
import { placement } from './pod-template';
import { unprivilegedContainer, unprivilegedPod } from './unprivileged';
import type { WebServiceProps } from './web-service';

type ProbeName = keyof WebServiceProps['probes'];

/** How often and how patiently, as with Holdfast's own roles; where, as the service says. */
const probe = (name: ProbeName, { probes: where, healthPort, port }: WebServiceProps) => {
  const { periodSeconds, timeoutSeconds, failureThreshold } = probes[name];
  return {
    httpGet: { path: where[name], port: String(healthPort ?? port), scheme: 'HTTP' },
    periodSeconds,
    timeoutSeconds,
    failureThreshold,
  };
};

/** The same question, as the load balancer asks it. */
export const readinessOf = ({
  probes: where,
  healthPort,
  port,
}: WebServiceProps): PublicRoutesProps['health'] => ({
  ...probes.readiness,
  path: where.readiness,
  port: healthPort ?? port,
});

export const webServicePod = (
  props: WebServiceProps,
  selector: Record<string, string>,
): DeploymentV1SpecTemplateSpec => {
  const { name, resources } = props;
  const memory = `${resources.memoryMiB}Mi`;
  const ports = [...new Set([props.port, props.healthPort ?? props.port])];
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: props.priorityClass,
    // Five seconds more than it needs, so that SIGKILL never wins.
    terminationGracePeriodSeconds: props.drainDelaySeconds + props.shutdownSeconds + 5,
    securityContext: unprivilegedPod,
    container: [
      {
        name,
        image: props.image,
        imagePullPolicy: 'IfNotPresent',
        command: props.command && [...props.command],
        env: Object.entries(props.settings ?? {}).map(([key, value]) => ({ name: key, value })),
        port: ports.map((port, index) => ({
          name: ['http', 'health'][index],
          containerPort: port,
          protocol: 'TCP',
        })),
        startupProbe: probe('startup', props),
        livenessProbe: probe('liveness', props),
        readinessProbe: probe('readiness', props),
        resources: {
          requests: { cpu: `${resources.cpuMillis}m`, memory, 'ephemeral-storage': '64Mi' },
          limits: { memory, 'ephemeral-storage': '256Mi' },
        },
        securityContext: unprivilegedContainer,
        terminationMessagePolicy: 'FallbackToLogsOnError',
        volumeMount: [{ name: 'temporary', mountPath: paths.temporary }],
      },
    ],
    volume: [{ name: 'temporary', emptyDir: { sizeLimit: '64Mi' } }],
    ...placement(selector),
  };
};
