import type { FlagDefinition, MetricDefinition, Slo } from '../../../../app/src/contract';
import {
  exporterMetrics,
  flagKeys,
  flags,
  metrics,
  ports,
  probes,
  roles,
  routes,
  type SettingDefinition,
  type SettingKey,
  settingSections,
  settings,
  slos,
} from '../../../../app/src/contract';
import type { ReportData, Section } from '../data';
import { code, day, type Html, html, mark, type Part } from '../html';
import { table } from '../table';

/** What the service and the infrastructure agree on. */
export function service({ today }: Pick<ReportData, 'today'>): Section {
  return {
    id: 'service',
    title: 'Contract of the service',
    lead: 'Written once in app/src/contract, read by the service and by every stack.',
    body: [reachTables(), objectives(), settingsGroup(), flagsGroup(today), metricsGroup()],
  };
}

function reachTables(): Part {
  return [
    table({
      caption: 'Roles',
      columns: ['role', 'does', 'ports', 'login in the database'],
      rows: Object.entries(roles).map(([name, role]) => ({
        cells: [
          name,
          role.description,
          role.ports.map((port) => `${port} ${ports[port]}`).join(', '),
          code(role.databaseUser),
        ],
      })),
    }),
    table({
      caption: 'Routes',
      columns: ['path', 'method', 'role'],
      rows: Object.values(routes).map(({ path, method, role }) => ({ cells: [code(path), method, role] })),
    }),
    table({
      caption: 'Probes',
      columns: ['probe', 'path', 'port', ...numbers('every, seconds', 'waits, seconds', 'failures in a row')],
      rows: Object.entries(probes).map(([name, probe]) => ({
        cells: [
          name,
          code(probe.path),
          `${probe.port} ${ports[probe.port]}`,
          probe.periodSeconds,
          probe.timeoutSeconds,
          probe.failureThreshold,
        ],
      })),
    }),
  ];
}

const objectives = (): Part =>
  table({
    caption: 'Service level objectives',
    columns: ['objective', 'promise', ...numbers('share that is good', 'days')],
    rows: Object.entries<Slo>(slos).map(([name, slo]) => ({
      cells: [code(name), slo.description, `${Number((slo.objective * 100).toFixed(4))} %`, slo.windowDays],
    })),
  });

function settingsGroup(): Html {
  const rows = Object.entries(settingSections).flatMap(([section, keys]) =>
    (Object.keys(keys) as SettingKey[]).map((key) => {
      const definition: SettingDefinition = settings[key];
      const change = definition.kind === 'secret' ? 'rotation' : definition.reloadable ? 'reload' : 'restart';
      return { cells: [code(key), section, definition.kind, change, definition.description] };
    }),
  );
  return group(
    'Settings',
    rows.length,
    table({ caption: 'Settings', columns: ['variable', 'section', 'kind', 'change by', 'meaning'], rows }),
  );
}

function flagsGroup(today: string): Html {
  const rows = flagKeys.map((key) => {
    const { default: value, rule, owner, expires, description }: FlagDefinition = flags[key];
    const stale = expires !== 'never' && expires < today;
    return {
      cells: [
        code(key),
        String(value),
        rule ? 'for some' : 'none',
        owner,
        stale ? [day(expires), ' ', mark('fair', 'stale')] : day(expires),
        description,
      ],
    };
  });
  return group(
    'Flags',
    rows.length,
    table({
      caption: 'Flags',
      columns: ['flag', 'default', 'rule', 'owner', 'remove after', 'meaning'],
      rows,
    }),
  );
}

function metricsGroup(): Html {
  const all: [string, MetricDefinition][] = [...Object.entries(metrics), ...Object.entries(exporterMetrics)];
  const rows = all.map(([name, { type, labels, help }]) => ({
    cells: [code(name), type, labels.join(', ') || 'none', help],
  }));
  return group(
    'Metrics',
    rows.length,
    table({ caption: 'Metrics', columns: ['metric', 'type', 'labels', 'meaning'], rows }),
  );
}

const group = (title: string, count: number, content: Part): Html =>
  html`<details class="group"><summary><h3>${title}</h3> <span>${count}</span></summary>
${content}</details>
`;

const numbers = (...titles: readonly string[]) => titles.map((title) => ({ title, numeric: true }));
