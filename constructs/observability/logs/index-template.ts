import { type LogFieldKind, logFields } from '../../../app/src/contract';
import type { TfValue } from '../../core/tf-json';
import type { ElasticOptions } from './options';

/** Object of a line that the service's own members lie in, so that no member of another's line can be taken for one. */
export const serviceObject = 'holdfast';
/** The client's id, of a request's line as of a line about several batches: one field to search by. */
export const correlationField = 'correlation.id';

/** Last parts of the data streams' names: `logs-<dataset>-<environment>`. */
export const datasets = {
  service: 'holdfast',
  /** Lines that Elasticsearch would not take: nothing of them is searched for but their text, and nothing is lost. */
  refused: 'holdfast.refused',
  /** Everything else that runs on the cluster. */
  others: 'kubernetes',
} as const;
export const dataStream = (dataset: string, environment: string) => `logs-${dataset}-${environment}`;

/** Name of the ILM policy and of the index template. */
export const templateName = 'holdfast-logs';

const types: Readonly<Record<LogFieldKind, { readonly [key: string]: TfValue }>> = {
  // Longer words are kept and not searched for: a line must not be refused for one.
  word: { type: 'keyword', ignore_above: 1024 },
  text: { type: 'match_only_text' },
  number: { type: 'double' },
  boolean: { type: 'boolean' },
  time: { type: 'date' },
};
const word = types.word;

interface ObjectMapping {
  readonly properties: { readonly [field: string]: { readonly [key: string]: TfValue } };
}

/** Mappings of dotted names, each object once. */
function nested(fields: Readonly<Record<string, LogFieldKind>>): ObjectMapping {
  const properties: Record<string, { readonly [key: string]: TfValue }> = {};
  for (const [path, kind] of Object.entries(fields)) {
    const [first = '', ...rest] = path.split('.');
    if (rest.length === 0) {
      const correlates = path === 'correlationId' || path === 'correlationIds';
      properties[first] = correlates ? { ...types[kind], copy_to: correlationField } : types[kind];
    } else {
      const inner = properties[first]?.properties as ObjectMapping['properties'] | undefined;
      properties[first] = {
        properties: { ...inner, ...nested({ [rest.join('.')]: kind }).properties },
      };
    }
  }
  return { properties };
}

/** What can be searched for. Anything else stays in the document and is indexed by nothing: no line can add a field. */
export const mappings = {
  dynamic: false,
  properties: {
    '@timestamp': { type: 'date' },
    data_stream: {
      properties: {
        type: { type: 'constant_keyword' },
        dataset: { type: 'constant_keyword' },
        namespace: { type: 'constant_keyword' },
      },
    },
    message: types.text,
    tags: word,
    log: { properties: { level: word } },
    trace: { properties: { id: word } },
    correlation: { properties: { id: word } },
    error: { properties: { message: types.text } },
    kubernetes: {
      properties: {
        namespace: word,
        pod: { properties: { name: word } },
        container: { properties: { name: word } },
        node: { properties: { name: word } },
      },
    },
    [serviceObject]: nested(logFields),
  },
} as const;

/** Days count from when an index was closed, so a line lives at most that and one rollover longer. */
export const lifecyclePolicy = ({ retentionDays, rollover }: ElasticOptions) => ({
  policy: {
    phases: {
      hot: {
        actions: {
          rollover: { max_age: `${rollover.days}d`, max_primary_shard_size: `${rollover.GiB}gb` },
        },
      },
      delete: { min_age: `${retentionDays}d`, actions: { delete: {} } },
    },
  },
});

/** For the data streams of every environment; above Elasticsearch's own template for `logs-*-*`, whose priority is 100. */
export const indexTemplate = ({ nodes }: ElasticOptions) => ({
  index_patterns: Object.values(datasets).map((dataset) => `logs-${dataset}-*`),
  priority: 500,
  data_stream: {},
  template: {
    settings: {
      'index.lifecycle.name': templateName,
      // For names like these Elasticsearch would choose "logsdb", whose savings need a licence, and sort by a host that
      // lines here don't have.
      'index.mode': 'standard',
      'index.number_of_shards': 1,
      // On another node; alone there is none, and the index would never be green.
      'index.number_of_replicas': nodes > 1 ? 1 : 0,
      'index.codec': 'best_compression',
      // A number that is none is left unsearchable, instead of having its line refused.
      'index.mapping.ignore_malformed': true,
    },
    mappings,
  },
});
