import { images } from './images';
import { configured, contained, secretPath } from './model';
import { published } from './ports';
import { monitoringValuesHere } from './watch-config';

/** A question that busybox, which is in these images, can ask. */
const asked = (port: number, path: string) =>
  ({
    test: ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}${path}`],
    interval: '10s',
    timeout: '3s',
    retries: 3,
    start_period: '30s',
  }) as const;

/** Users of the images, by number: Compose can't tell what a name means in an image. */
const nobody = '65534:65534';
const grafanaUser = '472:0';
const tempoUser = '10001:10001';

const volume = (source: string, target: string) => ({ type: 'volume', source, target }) as const;

/** What watches the service, as on AWS but for its size: it forgets after some days, and tells nobody. */
export function watchContainers(environment: string) {
  const { prometheusSpec } = monitoringValuesHere(environment).prometheus;
  return {
    prometheus: contained(
      {
        image: images.prometheus,
        user: nobody,
        command: [
          '--config.file=/etc/prometheus/prometheus.yaml',
          '--storage.tsdb.path=/prometheus',
          `--storage.tsdb.retention.time=${prometheusSpec.retention}`,
          `--storage.tsdb.retention.size=${prometheusSpec.retentionSize.replace('iB', 'B')}`,
          '--enable-feature=exemplar-storage',
        ],
        volumes: [configured('prometheus', '/etc/prometheus'), volume('metrics', '/prometheus')],
        networks: ['watch'],
        healthcheck: asked(9090, '/-/ready'),
      },
      { memoryMiB: 512, processors: 1 },
    ),
    alertmanager: contained(
      {
        image: images.alertmanager,
        user: nobody,
        command: [
          '--config.file=/etc/alertmanager/alertmanager.yaml',
          '--storage.path=/alertmanager',
          // One of them has nobody to agree with.
          '--cluster.listen-address=',
        ],
        volumes: [configured('alertmanager', '/etc/alertmanager')],
        tmpfs: ['/alertmanager:size=16m,mode=1777'],
        networks: ['watch'],
        healthcheck: asked(9093, '/-/ready'),
      },
      { memoryMiB: 128, processors: 0.5 },
    ),
    // Its image holds nothing but itself, so nothing that could ask whether it is well.
    tempo: contained(
      {
        image: images.tempo,
        user: tempoUser,
        command: ['-config.file=/etc/tempo/tempo.yaml'],
        volumes: [configured('tempo', '/etc/tempo')],
        tmpfs: ['/var/tempo:size=512m,mode=1777', '/tmp:size=16m,mode=1777'],
        networks: ['watch'],
      },
      { memoryMiB: 1024, processors: 1 },
    ),
    grafana: contained(
      {
        image: images.grafana,
        user: grafanaUser,
        environment: {
          GF_SECURITY_ADMIN_PASSWORD__FILE: secretPath('grafana-admin'),
          ...grafanaSettings(environment),
        },
        secrets: ['grafana-admin'],
        volumes: [configured('grafana', '/etc/grafana/provisioning')],
        // Dashboards and data sources come from the files: there is nothing to keep.
        tmpfs: [
          '/var/lib/grafana:size=128m,mode=1777',
          '/var/log/grafana:size=8m,mode=1777',
          '/tmp:size=16m,mode=1777',
        ],
        networks: ['watch', 'edge'],
        ports: [published('grafana')],
        healthcheck: asked(3000, '/api/health'),
      },
      { memoryMiB: 384, processors: 1 },
    ),
  };
}

/** grafana.ini of the cluster, as variables. */
function grafanaSettings(environment: string): Record<string, string> {
  const sections = monitoringValuesHere(environment).grafana['grafana.ini'];
  return Object.fromEntries(
    Object.entries(sections).flatMap(([section, keys]) =>
      Object.entries(keys).map(([key, value]) => [`GF_${section}_${key}`.toUpperCase(), String(value)]),
    ),
  );
}
