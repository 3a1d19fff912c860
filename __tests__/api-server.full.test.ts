/**
 * A real Kubernetes API takes every object of ours by server-side dry run, and each pod template as a pod too, under the
 * Pod Security of its namespace and the admission policies: on Deployments Pod Security only warns.
 *
 * `HOLDFAST_CRDS=<folder>` names YAML files of CRDs; without them what operators bring is reported as unproved.
 */
import { type ApiObject, podOf, podsOf } from './support/api-objects';
import { ApiServer, hasApiServer } from './support/api-server';
import { blocks, type Json } from './support/kubernetes';
import {
  definitions,
  full,
  loki,
  nameOf,
  rawObjects,
  refused,
  stacks,
  terraformObjects,
} from './support/our-objects';

const describeWithServer = hasApiServer ? describe : describe.skip;
if (!hasApiServer) console.warn('skipped: no API server at hand; bash .ci/kube-apiserver.sh builds one');

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

describeWithServer('a Kubernetes API', () => {
  let server: ApiServer;
  const objects = [...terraformObjects(stacks), ...rawObjects(stacks)];
  const first = ['Namespace', 'PriorityClass', 'ClusterRole'];

  beforeAll(async () => {
    server = await ApiServer.start();
    for (const crd of definitions()) expect(refused(await server.create(crd))).toBeUndefined();
    // What the others refer to, and what only acts once it is there.
    for (const kind of first) {
      for (const object of objects.filter((one) => one.kind === kind)) {
        expect([nameOf(object), refused(await server.create(object))]).toEqual([nameOf(object), undefined]);
      }
    }
  }, 120_000);
  afterAll(() => server?.stop());

  test('takes every object of ours', async () => {
    const unproved = new Set<string>();
    const problems: string[] = [];
    let taken = 0;
    for (const object of objects.filter(({ kind }) => !first.includes(kind))) {
      if (!(await server.knows(object))) {
        unproved.add(`${object.apiVersion} ${object.kind}`);
        continue;
      }
      const problem = refused(await server.dryRun(object));
      if (problem) problems.push(`${nameOf(object)}: ${problem}`);
      else taken += 1;
    }
    expect(problems).toEqual([]);
    expect(taken).toBeGreaterThan(50);
    // Nothing but what operators bring may be missing.
    expect(
      [...unproved].filter(
        (kind) =>
          !kind.startsWith('snapshot.storage.k8s.io/') &&
          (!/^[\w.-]+\.(io|sh|com|co|aws)\//.test(kind) || /k8s\.io\/v1 /.test(kind)),
      ),
    ).toEqual([]);
    console.info(
      `${taken} objects taken; unproved, because their kinds’ CRDs are not at hand: ${[...unproved].sort().join(', ') || 'none'}`,
    );
  }, 120_000);

  test('takes what is made where Loki keeps the logs', async () => {
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(nameOf);
    const others = [...terraformObjects([loki]), ...rawObjects([loki])].filter(
      (object) => !namespaces.includes(nameOf(object)) && !first.includes(object.kind),
    );
    for (const object of others) {
      if (!(await server.knows(object))) continue;
      expect([nameOf(object), refused(await server.dryRun(object))]).toEqual([nameOf(object), undefined]);
    }
  });

  test('takes the pods that Elastic’s operator would make of its objects', async () => {
    const templates = rawObjects([full.observability]).flatMap(podsOf);
    expect(templates.map(nameOf).toSorted()).toEqual([
      'Pod log-collectors beat-filebeat',
      'Pod logging elasticsearch-logs',
      'Pod logging kibana-logs',
      'Pod logging logstash-logs',
    ]);
    for (const pod of templates)
      expect([nameOf(pod), refused(await server.dryRun(pod))]).toEqual([nameOf(pod), undefined]);
    // Root, with files of its node: only among the collectors.
    const filebeat = templates.find(({ metadata }) => metadata.name === 'beat-filebeat');
    const elsewhere = { ...filebeat, metadata: { name: 'beat', namespace: 'logging' } } as ApiObject;
    expect(refused(await server.dryRun(elsewhere))).toMatch(/violates PodSecurity "restricted/);
  });

  test('knows a wrong object when it sees one', async () => {
    const [policy] = objects.filter(({ kind }) => kind === 'NetworkPolicy') as [ApiObject];
    const mistyped = { ...policy, spec: { ...policy.spec, podSelectors: {} } };
    expect(refused(await server.dryRun(mistyped))).toMatch(/unknown field "spec\.podSelectors"/);
  });

  describe('with the admission policies', () => {
    const [gateway, ...others] = terraformObjects(stacks)
      .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
      .map(podOf) as [ApiObject, ...ApiObject[]];
    const [container] = gateway.spec.containers;
    const changed = (spec: Json, metadata: Json = {}): ApiObject => ({
      ...gateway,
      metadata: { ...gateway.metadata, ...metadata },
      spec: { ...gateway.spec, ...spec },
    });
    const withImage = (image: string) => changed({ containers: [{ ...container, image }] });
    const digest = `sha256:${'a'.repeat(64)}`;

    beforeAll(async () => {
      for (const object of rawObjects(stacks).filter(({ kind }) =>
        kind.startsWith('ValidatingAdmissionPolicy'),
      )) {
        expect(refused(await server.create(object))).toBeUndefined();
      }
      // Each acts within about a second of being made, on its own.
      const { metadata, spec } = gateway;
      const refusedBy = {
        'every image must come from': withImage('docker.io/library/busybox:latest'),
        'must be set': { ...gateway, metadata: { ...metadata, labels: {} } },
        'no pod may use its node': {
          ...gateway,
          metadata: { ...metadata, namespace: 'default' },
          spec: { ...spec, hostNetwork: true },
        },
      };
      const deadline = Date.now() + 20_000;
      for (const [message, pod] of Object.entries(refusedBy)) {
        while (!refused(await server.dryRun(pod))?.includes(message)) {
          if (Date.now() > deadline) throw new Error(`no admission policy ever said "${message}"`);
        }
      }
    }, 60_000);

    test('every pod of ours starts', async () => {
      expect(others).not.toHaveLength(0);
      for (const pod of [gateway, ...others]) {
        expect([nameOf(pod), refused(await server.dryRun(pod))]).toEqual([nameOf(pod), undefined]);
      }
    });

    test.each([
      ['of somebody else’s registry', `docker.io/library/busybox@${digest}`],
      ['of a registry that only ends like ours', `evil-${registry}/holdfast@${digest}`],
      ['of a host that a dot of ours would match', `${registry.replaceAll('.', 'x')}/holdfast@${digest}`],
      ['by tag', `${registry}/holdfast:latest`],
      ['by tag and digest', `${registry}/holdfast:latest@${digest}`],
      ['by half a digest', `${registry}/holdfast@sha256:abc`],
    ])('an image %s is refused', async (_, image) => {
      expect(refused(await server.dryRun(withImage(image)))).toMatch(/every image must come from/);
    });

    test('an image of ours is taken, whichever repository', async () => {
      expect(refused(await server.dryRun(withImage(`${registry}/team/tool@${digest}`)))).toBeUndefined();
    });

    test('an init container is looked at like any other', async () => {
      const { livenessProbe, readinessProbe, startupProbe, ...first } = container;
      const pod = changed({ initContainers: [{ ...first, name: 'first', image: 'busybox' }] });
      expect(refused(await server.dryRun(pod))).toMatch(/every image must come from/);
    });

    test.each(['app.kubernetes.io/instance', 'app.kubernetes.io/component', 'owner'])(
      'a pod without the label %s is refused, and a Deployment too',
      async (label) => {
        const { [label]: _, ...labels } = gateway.metadata.labels;
        expect(refused(await server.dryRun(changed({}, { labels })))).toContain(
          `the label ${label} must be set`,
        );
        const [deployment] = terraformObjects(stacks).filter(({ kind }) => kind === 'Deployment') as [
          ApiObject,
        ];
        const bare = { ...deployment, metadata: { ...deployment.metadata, labels } };
        expect(refused(await server.dryRun(bare))).toContain(`the label ${label} must be set`);
      },
    );

    describe('in a namespace without any labels', () => {
      const plain = (spec: Json, security: Json = {}, namespace = 'anybody'): ApiObject => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'plain', namespace },
        spec: { containers: [{ name: 'main', image: 'busybox', securityContext: security }], ...spec },
      });
      beforeAll(async () => {
        const metadata = { name: 'anybody' };
        expect(
          refused(await server.create({ apiVersion: 'v1', kind: 'Namespace', metadata })),
        ).toBeUndefined();
      });

      test('an ordinary pod is taken', async () => {
        expect(refused(await server.dryRun(plain({})))).toBeUndefined();
        expect(refused(await server.dryRun(plain({}, { privileged: false })))).toBeUndefined();
      });

      test.each([
        ['privileged', plain({}, { privileged: true }), /no container may be privileged/],
        ['on its node’s network', plain({ hostNetwork: true }), /no pod may use its node/],
        ['among its node’s processes', plain({ hostPID: true }), /no pod may use its node/],
        [
          'with its node’s files',
          plain({ volumes: [{ name: 'root', hostPath: { path: '/' } }] }),
          /no pod may mount its node/,
        ],
      ])('a pod that is %s is refused', async (_, pod, message) => {
        expect(refused(await server.dryRun(pod))).toMatch(message);
      });

      test('where the nodes’ own agents run it is taken', async () => {
        for (const namespace of ['kube-system', 'istio-system']) {
          expect(
            refused(await server.dryRun(plain({ hostNetwork: true }, { privileged: true }, namespace))),
          ).toBeUndefined();
        }
      });
    });
  });

  test('Pod Security refuses what the service’s namespace must not run', async () => {
    const pod = podOf(terraformObjects(stacks).find(({ kind }) => kind === 'Deployment') as ApiObject);
    const { securityContext: _, ...spec } = pod.spec;
    const weakened = { ...pod, spec: { ...spec, containers: spec.containers.map(withoutSecurity) } };
    expect(refused(await server.dryRun(weakened))).toMatch(/violates PodSecurity "restricted:v1\.36"/);
  });

  describe('people', () => {
    const may = async (group: string, verb: string, apiGroup: string, resource: string): Promise<boolean> => {
      const [name, subresource] = resource.split('/');
      const { body } = await server.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: 'somebody',
          groups: [group],
          resourceAttributes: { verb, group: apiGroup, resource: name, subresource, namespace: 'holdfast' },
        },
      });
      return body.status.allowed;
    };
    beforeAll(async () => {
      for (const binding of terraformObjects([full.platform]).filter(
        (one) => one.kind === 'ClusterRoleBinding',
      )) {
        expect(refused(await server.create(binding))).toBeUndefined();
      }
    });

    test.each([
      ['holdfast:readers', 'list', '', 'nodes', true],
      ['holdfast:readers', 'list', 'karpenter.sh', 'nodepools', true],
      ['holdfast:readers', 'get', '', 'secrets', false],
      ['holdfast:readers', 'patch', 'apps', 'deployments', false],
      ['holdfast:readers', 'delete', '', 'pods', false],
      ['holdfast:deployers', 'patch', 'apps', 'deployments', true],
      ['holdfast:deployers', 'create', '', 'pods/eviction', true],
      ['holdfast:deployers', 'get', '', 'secrets', false],
      ['holdfast:deployers', 'delete', 'karpenter.sh', 'nodepools', false],
      ['holdfast:administrators', 'delete', 'karpenter.sh', 'nodepools', true],
      ['holdfast:administrators', 'get', '', 'secrets', false],
      ['holdfast:strangers', 'list', '', 'nodes', false],
    ])('%s: %s %s/%s → %s', async (group, verb, apiGroup, resource, allowed) => {
      // Bindings act within about a second of being made.
      const deadline = Date.now() + 5_000;
      while (allowed && !(await may(group, verb, apiGroup, resource)) && Date.now() < deadline);
      expect(await may(group, verb, apiGroup, resource)).toBe(allowed);
    });
  });
});

const withoutSecurity = ({ securityContext: _, ...container }: Json): Json => container;

test('what is looked at is everything: no raw object and no block is left out', () => {
  expect(rawObjects(stacks).length).toBeGreaterThan(10);
  expect(terraformObjects(stacks)).toHaveLength(
    stacks.flatMap((stack) =>
      Object.keys(stack.json.resource)
        .filter((type) => type.startsWith('kubernetes_'))
        .flatMap((type) => blocks(type, stack)),
    ).length,
  );
});
