import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { routes } from '../../app/src/contract';
import { RawObjects } from '../kubernetes/raw-objects';
import { ChartRelease } from '../platform/chart-release';
import { charts } from '../platform/charts';
import {
  type ContainerResources,
  type ContainerSecurity,
  containerSecurity,
  type PodSecurity,
  podSecurity,
  resources,
} from '../platform/hardening';
import { monitoringNamespace } from './names';

/** Name of the module below; the Probe names it. */
const probeModule = 'public_route';

export type BlackboxValues = {
  readonly fullnameOverride: 'blackbox-exporter';
  readonly replicas: 1;
  readonly config: {
    readonly modules: {
      readonly [probeModule]: {
        readonly prober: 'http';
        readonly timeout: string;
        readonly http: {
          readonly method: 'GET';
          readonly fail_if_not_ssl: true;
          readonly follow_redirects: false;
          readonly valid_status_codes: readonly number[];
          readonly preferred_ip_protocol: 'ip4';
        };
      };
    };
  };
  readonly automountServiceAccountToken: false;
  readonly podSecurityContext: PodSecurity;
  readonly securityContext: ContainerSecurity & { readonly runAsUser: number; readonly runAsGroup: number };
  readonly resources: ContainerResources;
  readonly service: { readonly port: number };
};

export interface PublicProbeProps {
  /** Names that the world asks for. */
  readonly hostnames: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

const port = 9115;

/**
 * Asks the service as its clients do, by its public names: name service, load balancer, certificate, firewall and the
 * gateway are on the way. It starts in the cluster and comes back from the internet, so that a load balancer that lets
 * nobody in is seen, and a fault of the cluster as a whole is not: that is the dead man's switch's.
 */
export class PublicProbe extends Construct {
  constructor(scope: Construct, id: string, props: PublicProbeProps) {
    super(scope, id);
    const chart = new ChartRelease(this, 'chart', {
      chart: charts.blackboxExporter,
      releaseName: 'blackbox-exporter',
      namespace: monitoringNamespace,
      values: blackboxValues,
      dependsOn: props.dependsOn,
    });
    new RawObjects(this, 'objects', {
      releaseName: 'public-probe',
      namespace: monitoringNamespace,
      objects: [
        {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'Probe',
          metadata: { name: 'public-route', namespace: monitoringNamespace, labels: props.labels },
          spec: {
            jobName: 'public-route',
            module: probeModule,
            interval: '30s',
            scrapeTimeout: '15s',
            prober: { url: `blackbox-exporter.${monitoringNamespace}.svc:${port}`, path: '/probe' },
            targets: {
              staticConfig: {
                static: props.hostnames.map((name) => `https://${name}${routes.queryAggregates.path}`),
              },
            },
          },
        },
      ],
      dependsOn: [chart.release],
    });
  }
}

export const blackboxValues: BlackboxValues = {
  fullnameOverride: 'blackbox-exporter',
  replicas: 1,
  config: {
    modules: {
      [probeModule]: {
        prober: 'http',
        timeout: '10s',
        http: {
          method: 'GET',
          fail_if_not_ssl: true,
          follow_redirects: false,
          // Its clients' limit may be reached by others behind the same address: the way is open all the same.
          valid_status_codes: [200, 429],
          preferred_ip_protocol: 'ip4',
        },
      },
    },
  },
  automountServiceAccountToken: false,
  podSecurityContext: podSecurity,
  securityContext: { ...containerSecurity, runAsUser: 1000, runAsGroup: 1000 },
  resources: resources('10m', '32Mi', '64Mi'),
  service: { port },
};
