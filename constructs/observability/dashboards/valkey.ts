import { ofExporter, ofStore, query } from '../query';
import type { Dashboard } from './dashboard';

const node = '{{node}}';

/** The cache, as the service's exporter and CloudWatch see it. */
export const valkeyDashboard: Dashboard = {
  uid: 'holdfast-valkey',
  title: 'Holdfast: Valkey',
  description: 'Each primary of the cache, and its replicas.',
  rows: [
    {
      title: 'Use',
      panels: [
        {
          title: 'Hits',
          description: 'Share of look-ups that found something.',
          unit: 'percentunit',
          queries: [
            {
              expr: query`max by (node) (rate(${ofStore('holdfast_valkey_lookups_total', { result: 'hit' })}[5m])) / sum by (node) (max by (node, result) (rate(${ofStore('holdfast_valkey_lookups_total')}[5m])))`,
              legend: node,
            },
          ],
        },
        {
          title: 'Commands',
          description: 'A second.',
          unit: 'ops',
          queries: [
            {
              expr: query`max by (node) (rate(${ofStore('holdfast_valkey_commands_total')}[5m]))`,
              legend: node,
            },
          ],
        },
        {
          title: 'Clients',
          description: 'Connected, and refused within 15 minutes. CacheClientsRejected fires on the first.',
          unit: 'short',
          queries: [
            { expr: query`max by (node) (${ofStore('holdfast_valkey_clients')})`, legend: node },
            {
              expr: query`max by (node) (increase(${ofStore('holdfast_valkey_clients_rejected_total')}[15m]))`,
              legend: `${node} refused`,
            },
          ],
        },
        {
          title: 'Slow commands',
          description:
            'Entries of the server’s log: what took ten milliseconds or more. It keeps the newest 128.',
          unit: 'short',
          queries: [
            { expr: query`max by (node) (${ofStore('holdfast_valkey_slow_log_entries')})`, legend: node },
          ],
        },
      ],
    },
    {
      title: 'Memory',
      panels: [
        {
          title: 'Memory',
          description: 'Share of what keys may take. CacheMemoryFull fires above 0.9.',
          unit: 'percentunit',
          queries: [
            {
              expr: query`max by (node) (${ofStore('holdfast_valkey_memory_used_bytes')}) / max by (node) (${ofStore('holdfast_valkey_memory_max_bytes')} > 0)`,
              legend: node,
            },
          ],
        },
        {
          title: 'Keys',
          description: 'Held. A sudden drop is a restart, or a flush.',
          unit: 'short',
          queries: [{ expr: query`max by (node) (${ofStore('holdfast_valkey_keys')})`, legend: node }],
        },
        {
          title: 'Evictions',
          description: 'Entries a second removed before their time. CacheEvicting fires above 1.',
          unit: 'ops',
          queries: [
            {
              expr: query`max by (node) (rate(${ofStore('holdfast_valkey_evicted_keys_total')}[5m]))`,
              legend: node,
            },
          ],
        },
      ],
    },
    {
      title: 'Replication and nodes',
      panels: [
        {
          title: 'Primaries, replicas and changes',
          description: 'Nodes that answer as primary, replicas that follow them, failovers of the last day.',
          unit: 'short',
          kind: 'stat',
          queries: [
            {
              expr: query`sum(max by (node) (${ofStore('holdfast_valkey_primary')}))`,
              legend: 'primaries',
            },
            {
              expr: query`sum(max by (node) (${ofStore('holdfast_valkey_replicas')}))`,
              legend: 'replicas',
            },
            {
              expr: query`max(increase(${ofStore('holdfast_valkey_primary_changes_total')}[1d]))`,
              legend: 'changes',
            },
          ],
        },
        {
          title: 'Replica lag',
          description: 'Seconds since a replica last answered. CacheReplicaLagging fires above 30.',
          unit: 's',
          queries: [
            {
              expr: query`max by (node, replica) (${ofStore('holdfast_valkey_replica_lag_seconds')})`,
              legend: '{{replica}}',
            },
          ],
        },
        {
          title: 'Written and not replicated',
          description: 'Bytes a second that a primary writes, and those that a replica does not have yet.',
          unit: 'bytes',
          queries: [
            {
              expr: query`max by (node) (rate(${ofStore('holdfast_valkey_replication_offset_bytes')}[5m]))`,
              legend: `${node} writes`,
            },
            {
              expr: query`max by (node, replica) (${ofStore('holdfast_valkey_replica_lag_bytes')})`,
              legend: '{{replica}} lacks',
            },
          ],
        },
        {
          title: 'Processor of the engine',
          description: 'Of the one thread that runs commands, as CloudWatch has it.',
          unit: 'percent',
          queries: [
            {
              expr: query`${ofExporter('aws_elasticache_engine_cpuutilization_maximum')}`,
              legend: '{{dimension_CacheClusterId}}',
            },
          ],
        },
      ],
    },
  ],
};
