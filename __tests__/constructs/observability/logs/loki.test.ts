import { blocks, type Json, named, valuesOf } from '../../../support/kubernetes';
import { stacksWithLogs } from '../../../support/logs';

const { observability } = stacksWithLogs({ kind: 'loki', storageGiB: 30, retentionDays: 5 });
const loki = valuesOf('loki', observability);
const collector = valuesOf('loki-collector', observability);

describe('Loki', () => {
  test('deletes what is older than the environment says: without the compactor nothing would be', () => {
    expect(loki.loki.compactor).toEqual({ retention_enabled: true, delete_request_store: 'filesystem' });
    expect(loki.loki.limits_config.retention_period).toBe('120h');
  });

  test('takes late lines as long as it keeps them, and a week at most', () => {
    const late = (retentionDays: number) =>
      valuesOf('loki', stacksWithLogs({ kind: 'loki', retentionDays }).observability).loki.limits_config
        .reject_old_samples_max_age;
    expect([late(5), late(30)]).toEqual(['120h', '168h']);
  });

  test('is one, on an encrypted volume that outlives its release, and may always move', () => {
    expect(loki.singleBinary).toMatchObject({
      replicas: 1,
      podDisruptionBudget: { enabled: false },
      persistence: {
        enabled: true,
        size: '30Gi',
        storageClass: 'holdfast-gp3',
        enableStatefulSetAutoDeletePVC: false,
      },
    });
  });

  test('asks the Kubernetes API nothing', () => {
    expect(loki.serviceAccount.automountServiceAccountToken).toBe(false);
    expect(loki.defaults.automountServiceAccountToken).toBe(false);
    expect(loki.sidecar.rules.enabled).toBe(false);
  });
});

describe('the collector', () => {
  const config = collector.alternateConfig;

  test('gives nothing up: it notes how far it has read, waits for Loki, and keeps on disk what is under way', () => {
    expect(config.receivers.file_log).toMatchObject({
      storage: 'file_storage',
      start_at: 'beginning',
      retry_on_failure: { enabled: true, max_elapsed_time: '0s' },
    });
    expect(config.exporters.otlp_http).toMatchObject({
      sending_queue: { storage: 'file_storage', block_on_overflow: true },
      retry_on_failure: { max_elapsed_time: '0s' },
    });
    expect(config.service.extensions).toContain('file_storage');
    // What is kept in memory is lost with it.
    expect(config.service.pipelines.logs.processors).not.toContain('batch');
  });

  test('labels lines with what people search for', () => {
    const moved = config.receivers.file_log.operators
      .filter((one: Json) => one.type === 'move')
      .map((one: Json) => one.to);
    expect(moved).toEqual(expect.arrayContaining(['attributes.correlationId', 'attributes.traceId']));
    expect(moved).not.toContain('attributes.msg');
  });

  test('takes nothing from anybody, and has no rights', () => {
    expect(Object.keys(config.receivers)).toEqual(['file_log']);
    expect(Object.values<Json>(collector.ports).map(({ enabled }) => enabled)).not.toContain(true);
    expect(collector.serviceAccount.automountServiceAccountToken).toBe(false);
    expect(blocks('kubernetes_cluster_role_v1', observability)).toEqual([]);
  });

  test('sees the node’s logs read-only, as root without any capability', () => {
    expect(collector.securityContext).toMatchObject({
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(collector.extraVolumeMounts.find((one: Json) => one.name === 'logs').readOnly).toBe(true);
  });
});

test('Grafana knows Loki, and leads from a line to its trace', () => {
  const source = named('kubernetes_config_map_v1', 'loki-datasource', observability);
  expect(source.metadata).toMatchObject({ namespace: 'monitoring', labels: { grafana_datasource: '1' } });
  const [{ url, jsonData }] = JSON.parse(source.data['loki.yaml'].replace(/\$\$\{/g, '${')).datasources;
  expect(url).toBe('http://loki.logging.svc:3100');
  const [field] = jsonData.derivedFields;
  expect(field).toMatchObject({ datasourceUid: 'tempo', url: '$${__value.raw}' });
  const line = '{"level":"info","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","msg":"request"}';
  expect(new RegExp(field.matcherRegex).exec(line)?.[1]).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
});
