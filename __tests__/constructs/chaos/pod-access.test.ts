import {
  awsDeployment,
  blocks,
  type Json,
  kubernetesStacks,
  named,
  objectsOf,
} from '../../support/kubernetes';

const { environment } = awsDeployment;
const chaotic = { ...awsDeployment, environment: { ...environment, chaos: { enabled: true, minutes: 5 } } };
const { app, platform } = kubernetesStacks(chaotic);
const calm = kubernetesStacks();
const who = 'holdfast-fault-injection';

test('FIS and its pod may delete pods of the service’s namespace, and get into none', () => {
  const role = named('kubernetes_role_v1', who, app);
  expect(role.metadata.namespace).toBe('holdfast');
  const may = role.rule.flatMap(({ resources, verbs }: Json) =>
    resources.flatMap((resource: string) => verbs.map((verb: string) => `${verb} ${resource}`)),
  );
  expect(may).toEqual(expect.arrayContaining(['create pods', 'delete pods', 'get deployments']));
  expect(may.join()).not.toMatch(/exec|ephemeral|secrets|update|\*/);
  expect(named('kubernetes_role_binding_v1', who, app)).toMatchObject({
    role_ref: { kind: 'Role', name: who },
    subject: [
      { kind: 'ServiceAccount', name: who, namespace: 'holdfast' },
      { kind: 'User', name: who },
    ],
  });
});

test('its pod reaches the Kubernetes API and names, and no pod of ours gets more by it', () => {
  const { spec } = named('kubernetes_network_policy_v1', who, app);
  expect(spec.pod_selector).toEqual({
    match_expressions: [{ key: 'app.kubernetes.io/name', operator: 'DoesNotExist' }],
  });
  expect(spec.egress.map(({ ports }: Json) => ports[0].port)).toEqual(['53', '443']);
  for (const { spec: workload } of blocks('kubernetes_deployment_v1', app)) {
    expect(workload.template.metadata.labels['app.kubernetes.io/name']).toBe('holdfast');
  }
});

test('that user alone may bring that image alone, without our labels', () => {
  const rules = (stack: typeof platform): string[] =>
    objectsOf('admission-policies', stack)
      .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
      .flatMap(({ spec }) => spec.validations.map(({ expression }: Json) => expression));
  const image = '713827034473.dkr.ecr.eu-central-1.amazonaws.com/aws-fis-pod:0.1';
  const guest = rules(platform).filter((rule) => rule.includes(who));
  expect(guest[0]).toMatch(
    new RegExp(
      `\\|\\| \\(request\\.userInfo\\.username == '${who}' && .*container\\.image == '${image}'\\)\\)$`,
    ),
  );
  // And the labels that our workloads need.
  expect(guest).toHaveLength(1 + 4);
  expect(rules(calm.platform).join()).not.toContain(who);
});

test('nobody of them is there where nothing may be broken', () => {
  expect(calm.app.text).not.toContain(who);
});
