import { blocks, type Json, named, objectsOf, valuesOf } from '../../../support/kubernetes';
import { stacksWithLogs } from '../../../support/logs';
import { dependencies, releaseAddress, waitsFor } from '../../../support/platform';

const options = { kind: 'elastic' as const, nodes: 3 as const, storageGiB: 80, retentionDays: 21 };
const { observability, platform } = stacksWithLogs(options);
const alone = stacksWithLogs({ ...options, nodes: 1 }).observability;
const object = (kind: string, stack = observability): Json =>
  ['log-store', 'log-receiver', 'log-collector']
    .flatMap((release) => objectsOf(release, stack))
    .find((one) => one.kind === kind);
const job = (stack = observability): Json => blocks('kubernetes_job_v1', stack)[0];

describe('Elasticsearch', () => {
  const { spec } = object('Elasticsearch');
  const [nodes] = spec.nodeSets;

  test('keeps its volumes when the object goes, and only fewer nodes take theirs with them', () => {
    expect(spec.volumeClaimDeletePolicy).toBe('DeleteOnScaledownOnly');
    expect(nodes.volumeClaimTemplates).toMatchObject([
      {
        metadata: { name: 'elasticsearch-data' },
        spec: { storageClassName: 'holdfast-gp3', resources: { requests: { storage: '80Gi' } } },
      },
    ]);
  });

  test('lies over the zones, unless it is alone', () => {
    expect(nodes).toMatchObject({ count: 3, zoneAwareness: {} });
    expect(object('Elasticsearch', alone).spec.nodeSets[0]).toMatchObject({ count: 1 });
    expect(object('Elasticsearch', alone).spec.nodeSets[0]).not.toHaveProperty('zoneAwareness');
  });

  test('needs no privileged pod, and nothing from the internet', () => {
    expect(nodes.config).toEqual({
      'node.store.allow_mmap': false,
      'ingest.geoip.downloader.enabled': false,
      'xpack.ml.enabled': false,
    });
  });
});

describe('Logstash', () => {
  const { spec } = object('Logstash');
  const [deliver, refused] = spec.pipelines;

  test('keeps what it took on its volume until it is delivered, and what is refused', () => {
    expect(spec.config).toMatchObject({
      'queue.type': 'persisted',
      'queue.max_bytes': '4gb',
      'dead_letter_queue.enable': true,
      'dead_letter_queue.max_bytes': '1gb',
    });
    expect(spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('6Gi');
    expect(refused['config.string']).toContain(`pipeline_id => "${deliver['pipeline.id']}"`);
    // What is refused again must not come back to where it is read.
    expect(refused['dead_letter_queue.enable']).toBe(false);
  });

  test('drops nothing', () => {
    for (const pipeline of spec.pipelines) expect(pipeline['config.string']).not.toMatch(/\bdrop\b/);
  });

  test('takes lines only from who has a certificate, and hands them on encrypted', () => {
    expect(deliver['config.string']).toContain('ssl_client_authentication => "required"');
    expect(deliver['config.string']).toContain(
      'ssl_certificate_authorities => ["${LOGS_ES_SSL_CERTIFICATE_AUTHORITY}"]',
    );
    const beat = object('Beat').spec;
    expect(beat.config['output.logstash'].hosts).toEqual(['logs-ls-beats.logging.svc:5044']);
    const certificates = objectsOf('log-delivery-certificates', observability).filter(
      (one) => one.kind === 'Certificate',
    );
    const server = certificates.find((one) => one.metadata.name === 'log-delivery-server');
    expect(server.spec.dnsNames).toEqual(['logs-ls-beats.logging.svc']);
    const secretOf = (pod: Json) =>
      pod.volumes.find((one: Json) => one.name === 'delivery').secret.secretName;
    expect(secretOf(spec.podTemplate.spec)).toBe(server.spec.secretName);
    expect(secretOf(beat.daemonSet.podTemplate.spec)).toBe('log-delivery-client');
  });

  test('is two, of which one stays; alone it may go', () => {
    expect(spec.count).toBe(2);
    expect(object('PodDisruptionBudget').spec).toMatchObject({
      minAvailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    expect(object('Logstash', alone).spec.count).toBe(1);
    expect(object('PodDisruptionBudget', alone)).toBeUndefined();
  });
});

describe('Filebeat', () => {
  const { spec } = object('Beat');
  const pod = spec.daemonSet.podTemplate.spec;

  test('sees the node’s logs read-only, as root without any capability', () => {
    expect(pod.containers[0].securityContext).toMatchObject({
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.containers[0].securityContext).not.toHaveProperty('privileged');
    expect(pod.volumes.filter((one: Json) => one.hostPath)).toEqual([
      { name: 'logs', hostPath: { path: '/var/log' } },
    ]);
    expect(pod.containers[0].volumeMounts.find((one: Json) => one.name === 'logs').readOnly).toBe(true);
    expect(pod).not.toHaveProperty('hostNetwork');
  });

  test('knows a file by what is in it, and reads it from its first line on', () => {
    const [input] = spec.config['filebeat.inputs'];
    expect(input).toMatchObject({
      type: 'filestream',
      'file_identity.fingerprint': {},
      'prospector.scanner.fingerprint': { enabled: true, length: 64 },
    });
    expect(input).not.toHaveProperty('ignore_older');
  });

  test('may look at pods, and at nothing else', () => {
    expect(named('kubernetes_cluster_role_v1', 'filebeat', observability).rule).toEqual([
      { api_groups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
  });
});

describe('the operator', () => {
  const values = valuesOf('elastic-operator', observability);

  test('has rights in its namespaces alone, not on every Secret of the cluster', () => {
    expect(values).toMatchObject({
      installCRDs: false,
      createClusterScopedResources: false,
      managedNamespaces: ['logging', 'log-collectors'],
    });
    expect(named('kubernetes_cluster_role_v1', 'elastic-operator-zones', observability).rule).toEqual([
      { api_groups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    ]);
  });

  test('has its kinds from the platform, only where they are used', () => {
    expect(named('helm_release', 'elastic-crds', platform)).toMatchObject({ chart: 'eck-operator-crds' });
    const without = stacksWithLogs({ kind: 'loki' });
    expect(blocks('helm_release', without.platform).map(({ name }) => name)).not.toContain('elastic-crds');
    expect(blocks('helm_release', without.observability).map(({ name }) => name)).not.toContain(
      'elastic-operator',
    );
  });
});

describe('order', () => {
  const graph = dependencies(observability);
  const address = (name: string) => releaseAddress(observability, name);
  const jobAddress = `kubernetes_job_v1.${Object.keys(observability.json.resource.kubernetes_job_v1)[0]}`;

  test('no line arrives before it is said how long to keep it', () => {
    expect(waitsFor(graph, jobAddress, address('log-store'))).toBe(true);
    expect(waitsFor(graph, address('log-receiver'), jobAddress)).toBe(true);
    expect(waitsFor(graph, address('log-collector'), address('log-receiver'))).toBe(true);
  });

  test('the operator is still there when what it looks after goes', () => {
    for (const name of ['log-store', 'log-receiver', 'log-collector'])
      expect(waitsFor(graph, address(name), address('elastic-operator'))).toBe(true);
  });
});

describe('the Job that prepares', () => {
  test('is another one when what it says is another', () => {
    expect(job(stacksWithLogs({ ...options, retentionDays: 22 }).observability).metadata.name).not.toBe(
      job().metadata.name,
    );
    expect(job(stacksWithLogs({ ...options, storageGiB: 90 }).observability).metadata.name).toBe(
      job().metadata.name,
    );
  });

  test('gets the password from the operator’s Secret, which Terraform never sees', () => {
    const [container] = job().spec.template.spec.container;
    expect(container.env).toEqual([
      {
        name: 'ELASTIC_PASSWORD',
        value_from: { secret_key_ref: { key: 'elastic', name: 'logs-es-elastic-user' } },
      },
    ]);
    expect(observability.json.resource).not.toHaveProperty('kubernetes_secret_v1');
  });

  test('every pod is what the namespace admits, and says what it needs', () => {
    const templates = [
      object('Elasticsearch').spec.nodeSets[0].podTemplate.spec,
      object('Kibana').spec.podTemplate.spec,
      object('Logstash').spec.podTemplate.spec,
    ];
    for (const { securityContext, containers, initContainers = [] } of templates) {
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containers[0].resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      for (const container of [...containers, ...initContainers]) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        });
      }
    }
  });
});
