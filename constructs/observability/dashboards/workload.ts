import { serviceNamespace as namespace } from '../../workload/names';
import { ofExporter, query } from '../query';
import type { Dashboard } from './dashboard';

const hpa = '{{horizontalpodautoscaler}}';

/** What Kubernetes says about the service's pods. */
export const workloadDashboard: Dashboard = {
  uid: 'holdfast-workload',
  title: 'Holdfast: workload',
  description: 'Pods of the service: how many, what they use, how often they restart.',
  rows: [
    {
      title: 'Replicas',
      panels: [
        {
          title: 'Available and wanted',
          description: 'The lines lie on each other, except during a release.',
          unit: 'short',
          queries: [
            {
              expr: query`${ofExporter('kube_deployment_status_replicas_available', { namespace })}`,
              legend: '{{deployment}} available',
            },
            {
              expr: query`${ofExporter('kube_deployment_spec_replicas', { namespace })}`,
              legend: '{{deployment}} wanted',
            },
          ],
        },
        {
          title: 'Autoscalers',
          description: 'At their maximum more load finds no more pods.',
          unit: 'short',
          queries: [
            {
              expr: query`${ofExporter('kube_horizontalpodautoscaler_status_current_replicas', { namespace })}`,
              legend: hpa,
            },
            {
              expr: query`${ofExporter('kube_horizontalpodautoscaler_spec_max_replicas', { namespace })}`,
              legend: `${hpa} maximum`,
            },
          ],
        },
      ],
    },
    {
      title: 'Pods',
      panels: [
        {
          title: 'Memory',
          description: 'Share of the limit. At 1 the kernel kills the process.',
          unit: 'percentunit',
          queries: [
            {
              expr: query`max by (pod) (${ofExporter('container_memory_working_set_bytes', { namespace, container: '.+' })}) / max by (pod) (${ofExporter('kube_pod_container_resource_limits', { namespace, resource: 'memory' })})`,
              legend: '{{pod}}',
            },
          ],
        },
        {
          title: 'Restarts',
          description: 'Within an hour. None, when all is well.',
          unit: 'short',
          queries: [
            {
              expr: query`sum by (pod) (increase(${ofExporter('kube_pod_container_status_restarts_total', { namespace })}[1h]))`,
              legend: '{{pod}}',
            },
          ],
        },
        {
          title: 'Phases',
          description: 'Pods by phase.',
          unit: 'short',
          queries: [
            {
              expr: query`sum by (phase) (${ofExporter('kube_pod_status_phase', { namespace })})`,
              legend: '{{phase}}',
            },
          ],
        },
      ],
    },
  ],
};
