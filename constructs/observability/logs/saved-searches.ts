import { correlationField, datasets, serviceObject } from './index-template';

/** The data view's id; addresses in Kibana hold it. */
export const dataViewId = 'holdfast-logs';

/** What Discover opens with: queries are Kibana's own language (KQL). */
interface SavedSearch {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly query: string;
  readonly columns: readonly string[];
}

const field = (name: string) => `${serviceObject}.${name}`;
const always = [field('role'), field('level'), field('msg')];

export const savedSearches: readonly SavedSearch[] = [
  {
    id: 'holdfast-by-correlation-id',
    title: 'Holdfast: by correlation id',
    description: 'Put the id of x-correlation-id, or of a problem, in the place of the star.',
    query: `${correlationField}: *`,
    columns: [correlationField, ...always, field('route'), field('status'), field('code')],
  },
  {
    id: 'holdfast-errors',
    title: 'Holdfast: errors',
    description: 'Lines of level error and fatal, and answers of 500 and above.',
    query: `${field('level')}: (error or fatal) or ${field('status')} >= "500"`,
    columns: [...always, field('code'), field('err.message'), correlationField],
  },
  {
    id: 'holdfast-slow-requests',
    title: 'Holdfast: slow requests',
    description: 'Requests that took longer than half a second.',
    query: `${field('msg')}: "request" and ${field('seconds')} > 0.5`,
    columns: [field('seconds'), field('method'), field('route'), field('status'), correlationField],
  },
  {
    id: 'holdfast-audit',
    title: 'Holdfast: who changed what',
    description: 'Changes through the admin API.',
    query: `${field('audit')}: true`,
    columns: [field('who'), field('method'), field('route'), field('status')],
  },
  {
    id: 'holdfast-refused-lines',
    title: 'Holdfast: lines that could not be indexed',
    description: 'Normally empty. Each holds the whole line and the reason.',
    query: `data_stream.dataset: "${datasets.refused}" or tags: "not_json"`,
    columns: ['error.message', 'message'],
  },
];

const dataView = {
  id: dataViewId,
  type: 'index-pattern',
  attributes: {
    name: 'Holdfast logs',
    title: Object.values(datasets)
      .map((dataset) => `logs-${dataset}-*`)
      .join(','),
    timeFieldName: '@timestamp',
  },
  references: [],
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: '8.0.0',
};

const indexReference = 'kibanaSavedObjectMeta.searchSourceJSON.index';
const search = ({ id, title, description, query, columns }: SavedSearch) => ({
  id,
  type: 'search',
  attributes: {
    title,
    description,
    columns,
    sort: [['@timestamp', 'desc']],
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({
        query: { language: 'kuery', query },
        filter: [],
        indexRefName: indexReference,
      }),
    },
  },
  references: [{ id: dataViewId, name: indexReference, type: 'index-pattern' }],
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: '8.0.0',
});

/** As Kibana exports and imports them: one object a line. Kibana brings older versions of an object up to its own. */
export const savedObjects = (): string =>
  [dataView, ...savedSearches.map(search)].map((object) => `${JSON.stringify(object)}\n`).join('');
