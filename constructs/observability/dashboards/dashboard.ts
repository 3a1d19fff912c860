import {
  DashboardBuilder,
  type Dashboard as Model,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { PromQl } from '../promql';

/** Units as Grafana calls them. */
type Unit = 'short' | 'reqps' | 'ops' | 's' | 'bytes' | 'percentunit';

export interface Panel {
  readonly title: string;
  /** What one sees when all is well, or what a rise means. */
  readonly description: string;
  readonly unit: Unit;
  /** timeseries: lines over time. stat: the last value, as a number. Default: timeseries. */
  readonly kind?: 'timeseries' | 'stat';
  /** Legend, with `{{label}}`, by expression. */
  readonly queries: readonly { readonly expr: PromQl; readonly legend: string }[];
}

/** Panels of a row share its width: up to four of them. */
export interface Dashboard {
  /** Part of its address in Grafana. Changing it breaks links to it. */
  readonly uid: `holdfast-${string}`;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** Of the data source that the chart provisions. */
const source = { type: 'prometheus', uid: 'prometheus' };
/** Grafana's grid is 24 wide. */
const width = 24;

const panelModel = ({ title, description, unit, kind = 'timeseries', queries }: Panel, span: number) => {
  const builder = kind === 'stat' ? new StatBuilder() : new TimeSeriesBuilder();
  builder.title(title).description(description).unit(unit).datasource(source).height(8).span(span);
  queries.forEach(({ expr, legend }, index) => {
    builder.withTarget(
      new DataqueryBuilder()
        .expr(expr)
        .legendFormat(legend)
        .refId(String.fromCharCode(65 + index))
        .datasource(source),
    );
  });
  return builder;
};

/** As Grafana reads it. Read-only there: the repository says what it shows. */
export function dashboardModel(dashboard: Dashboard): Model {
  const builder = new DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(dashboard.description)
    .tags(['holdfast'])
    .timezone('utc')
    .readonly()
    .refresh('1m')
    .time({ from: 'now-6h', to: 'now' });
  for (const { title, panels } of dashboard.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panelModel(panel, width / panels.length));
  }
  return builder.build();
}
