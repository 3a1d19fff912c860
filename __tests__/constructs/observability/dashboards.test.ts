import { dashboards } from '../../../constructs/observability/dashboards';
import { dashboardModel, dashboardQueries } from '../../../constructs/observability/dashboards/dashboard';
import { kubernetesStacks, named } from '../../support/kubernetes';
import { foreignSeries, seriesIn } from '../../support/series';

const { observability } = kubernetesStacks();

describe.each(dashboards.map((dashboard) => [dashboard.uid, dashboard] as const))('%s', (uid, dashboard) => {
  const panels = dashboard.rows.flatMap((row) => row.panels);

  test('draws only what somebody exports', () => {
    for (const expr of dashboardQueries(dashboard)) {
      expect(seriesIn(expr)).not.toEqual([]);
      expect(foreignSeries(expr)).toEqual([]);
    }
  });

  test('says of each panel what one sees there', () => {
    for (const { title, description, queries } of panels) {
      expect(title).toMatch(/^[A-Z]/);
      expect(description).toMatch(/\.$/);
      for (const { legend } of queries) expect(legend).not.toBe('');
    }
  });

  test('arrives in a ConfigMap of its own, which Grafana’s sidecar finds', () => {
    const map = named('kubernetes_config_map_v1', `${uid}-dashboard`, observability);
    expect(map.metadata).toMatchObject({ namespace: 'monitoring', labels: { grafana_dashboard: '1' } });
    const model = JSON.parse(map.data[`${uid}.json`].replace(/([$%])\1\{/g, '$1{'));
    expect(model).toEqual(JSON.parse(JSON.stringify(dashboardModel(dashboard))));
    expect(model).toMatchObject({ uid, title: dashboard.title, editable: false });
    // A Kubernetes object holds at most a mebibyte.
    expect(map.data[`${uid}.json`].length).toBeLessThan(100_000);
  });

  test('lays its panels out in rows without gaps or overlaps', () => {
    const drawn = (dashboardModel(dashboard).panels ?? []).filter((panel) => panel.type !== 'row');
    expect(drawn).toHaveLength(panels.length);
    const rows = new Map<number, number>();
    for (const { gridPos } of drawn as { gridPos: { x: number; y: number; w: number } }[]) {
      expect(gridPos.x).toBe(rows.get(gridPos.y) ?? 0);
      rows.set(gridPos.y, gridPos.x + gridPos.w);
    }
    expect([...rows.values()]).toEqual(dashboard.rows.map(() => 24));
  });
});

test('no two dashboards share an address', () => {
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
});
