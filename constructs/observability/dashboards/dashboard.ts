import {
  DashboardBuilder,
  type Dashboard as Model,
  RowBuilder,
  TextBoxVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { PromQl } from '../promql';
import type { VariableName } from '../query';

/** Units as Grafana calls them. */
export type Unit =
  | 'short'
  | 'reqps'
  | 'ops'
  | 's'
  | 'bytes'
  | 'Bps'
  | 'percent'
  | 'percentunit'
  | 'currencyUSD';

export interface Panel {
  readonly title: string;
  /** What one sees when all is well, or what a rise means. */
  readonly description: string;
  readonly unit: Unit;
  /** timeseries: lines over time. stat: the last value, as a number. Default: timeseries. */
  readonly kind?: 'timeseries' | 'stat';
  /** Columns of the grid's 24. Default: an equal share of what the others of its row leave. */
  readonly span?: number;
  /** Legend, with `{{label}}`, by expression. */
  readonly queries: readonly { readonly expr: PromQl; readonly legend: string }[];
}

/** A number that whoever looks at the dashboard may type in; queries name it by `ofVariable`. */
export interface DashboardVariable {
  readonly name: VariableName;
  /** What stands before the field, with the unit. */
  readonly label: string;
  readonly default: number;
}

/** Panels of a row share its width: up to four of them. */
export interface Dashboard {
  /** Part of its address in Grafana. Changing it breaks links to it. */
  readonly uid: `holdfast-${string}`;
  readonly title: string;
  readonly description: string;
  /** Default: none. */
  readonly variables?: readonly DashboardVariable[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** Of the data source that the chart provisions. */
const source = { type: 'prometheus', uid: 'prometheus' };
/** Grafana's grid is 24 wide. */
const width = 24;

/** A row of numbers alone needs half the room of one with graphs. */
const heightOf = (panels: readonly Panel[]): number => (panels.every(({ kind }) => kind === 'stat') ? 4 : 8);

/** The columns of each panel of a row. */
function spansOf(panels: readonly Panel[]): readonly number[] {
  const open = panels.filter(({ span }) => span === undefined).length;
  const left = width - panels.reduce((sum, { span = 0 }) => sum + span, 0);
  return panels.map(({ span = left / open }) => span);
}

const panelModel = (
  { title, description, unit, kind = 'timeseries', queries }: Panel,
  span: number,
  height: number,
) => {
  const builder = kind === 'stat' ? new StatBuilder() : new TimeSeriesBuilder();
  builder.title(title).description(description).unit(unit).datasource(source).height(height).span(span);
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
  for (const { name, label, default: value } of dashboard.variables ?? []) {
    builder.withVariable(new TextBoxVariableBuilder(name).label(label).defaultValue(String(value)));
  }
  for (const { title, panels } of dashboard.rows) {
    builder.withRow(new RowBuilder(title));
    const spans = spansOf(panels);
    panels.forEach((panel, index) => {
      builder.withPanel(panelModel(panel, spans[index] as number, heightOf(panels)));
    });
  }
  return builder.build();
}

/** Every query as Prometheus gets it while nobody has typed anything into the variables. */
export const dashboardQueries = ({ rows, variables = [] }: Dashboard): readonly string[] =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ queries }) =>
      queries.map(({ expr }) =>
        variables.reduce<string>(
          (text, { name, default: value }) => text.replaceAll(`$${name}`, String(value)),
          expr,
        ),
      ),
    ),
  );
