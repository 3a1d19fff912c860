/** Pods of Deployments and Jobs, and how one question is asked of each. */
import type { Environment } from '../engine/environment';
import { found, type Judgement } from '../engine/judge';
import type { Finding, NotApplicable } from '../engine/model';
import type { Values } from '../schema';

type Template = NonNullable<NonNullable<Values<'kubernetes_deployment_v1'>['spec']>['template']>;
export type Pod = NonNullable<Template['spec']>;
export type Container = Pod['container'][number];

export interface PodOf {
  readonly pod: Pod;
  readonly labels: Readonly<Record<string, string>>;
  readonly workload: { readonly stack: string; readonly address: string };
  readonly namespace: string;
  /** undefined of a Job. */
  readonly replicas: number | undefined;
  readonly kind: 'Deployment' | 'Job';
  readonly name: string;
}

export function podsOf(environment: Environment): readonly PodOf[] {
  const deployments = environment
    .all('kubernetes_deployment_v1')
    .map((one) => ({ one, kind: 'Deployment' as const, replicas: one.values.spec?.replicas }));
  const jobs = environment
    .all('kubernetes_job_v1')
    .map((one) => ({ one, kind: 'Job' as const, replicas: undefined }));
  return [...deployments, ...jobs].flatMap(({ one, kind, replicas }) => {
    const template = one.values.spec?.template;
    if (!template?.spec) return [];
    return [
      {
        pod: template.spec,
        labels: template.metadata?.labels ?? {},
        workload: { stack: one.stack, address: one.address },
        namespace: one.values.metadata?.namespace ?? 'default',
        name: one.values.metadata?.name ?? '',
        replicas,
        kind,
      },
    ];
  });
}

export const eachPod =
  (judge: (pod: PodOf, environment: Environment) => Judgement | undefined) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    const findings = podsOf(environment).flatMap((pod) => {
      const judgement = judge(pod, environment);
      return judgement ? [found(pod.workload, judgement)] : [];
    });
    return findings.length > 0 ? findings : { notApplicable: `${environment.name} has no such workload` };
  };

/** Every container of every pod; the finding names those that are wrong. */
export const eachContainer = (ok: (container: Container, pod: Pod) => boolean, what: string) =>
  eachPod(({ pod }) => {
    const bad = [...pod.container, ...pod.init_container].filter((container) => !ok(container, pod));
    return {
      ok: bad.length === 0,
      observed: bad.length === 0 ? what : `not so in ${bad.map(({ name }) => name).join(', ')}`,
    };
  });
