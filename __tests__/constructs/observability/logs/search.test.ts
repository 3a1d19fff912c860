import { type LogFieldKind, logFields } from '../../../../app/src/contract';
import { indexTemplate } from '../../../../constructs/observability/logs/index-template';
import { savedSearches } from '../../../../constructs/observability/logs/saved-searches';
import { type Json, named, objectsOf } from '../../../support/kubernetes';
import { stacksWithLogs } from '../../../support/logs';

const options = { kind: 'elastic' as const, storageGiB: 80, retentionDays: 21 };
const { observability } = stacksWithLogs(options);
const files = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries<string>(named('kubernetes_config_map_v1', 'logs-prepare', observability).data).map(
      ([name, text]) => [name, text.replace(/([$%])\1\{/g, '$1{')],
    ),
  );

describe('how long a line lives', () => {
  test('is what the environment says, and one rollover', () => {
    expect(JSON.parse(files()['policy.json'] ?? '').policy.phases).toEqual({
      hot: { actions: { rollover: { max_age: '1d', max_primary_shard_size: '20gb' } } },
      delete: { min_age: '21d', actions: { delete: {} } },
    });
  });

  test('holds for every data stream that Logstash writes to', () => {
    const { index_patterns, template, priority } = JSON.parse(files()['template.json'] ?? '');
    const [deliver, refused] = objectsOf('log-receiver', observability)[0].spec.pipelines.map(
      (one: Json) => one['config.string'],
    );
    const written = [...`${deliver}${refused}`.matchAll(/\[dataset\]" => "([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(written.toSorted()).toEqual(['holdfast', 'holdfast.refused', 'kubernetes']);
    expect(index_patterns).toEqual(expect.arrayContaining(written.map((name) => `logs-${name}-*`)));
    expect(template.settings['index.lifecycle.name']).toBe('holdfast-logs');
    // Elasticsearch's own template for logs-*-*.
    expect(priority).toBeGreaterThan(100);
  });

  test('lines have a copy where there is another node', () => {
    const replicas = (nodesOf: 1 | 3) =>
      indexTemplate({ ...options, memoryMiB: 1, rollover: { days: 1, GiB: 1 }, nodes: nodesOf }).template
        .settings['index.number_of_replicas'];
    expect([replicas(1), replicas(3)]).toEqual([0, 1]);
  });
});

describe('what can be searched for', () => {
  const { mappings } = JSON.parse(files()['template.json'] ?? '').template;
  const mapping = (path: string): Json =>
    path.split('.').reduce<Json>((found, name) => found.properties[name], mappings.properties.holdfast);
  const types: Record<LogFieldKind, string> = {
    word: 'keyword',
    text: 'match_only_text',
    number: 'double',
    boolean: 'boolean',
    time: 'date',
  };

  test.each(Object.entries(logFields))('%s of the service’s lines, as a %s', (path, kind) => {
    expect(mapping(path).type).toBe(types[kind]);
  });

  test('both the id of a request and those of a batch lie in one field', () => {
    expect(mapping('correlationId').copy_to).toBe('correlation.id');
    expect(mapping('correlationIds').copy_to).toBe('correlation.id');
    expect(mappings.properties.correlation.properties.id.type).toBe('keyword');
  });

  test('no line can add a field', () => {
    expect(mappings.dynamic).toBe(false);
  });

  test('saved searches ask for fields that there are, of the data view that comes with them', () => {
    const [view, ...searches] = (files()['saved-objects.ndjson'] ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(view).toMatchObject({ type: 'index-pattern', id: 'holdfast-logs' });
    expect(searches.map(({ id }) => id)).toEqual(savedSearches.map(({ id }) => id));
    for (const { attributes, references } of searches) {
      expect(references[0].id).toBe(view.id);
      const { query } = JSON.parse(attributes.kibanaSavedObjectMeta.searchSourceJSON);
      const asked = [...query.query.matchAll(/([a-z_][\w.]*)(?::| >)/gi)].map(([, name]) => name);
      expect(asked).not.toEqual([]);
      for (const name of [...asked, ...attributes.columns]) {
        const found = name.split('.').reduce((at: Json, part: string) => at?.properties?.[part], mappings);
        expect([name, found?.type]).toEqual([name, expect.any(String)]);
      }
    }
    expect(view.attributes.title).toBe(JSON.parse(files()['template.json'] ?? '').index_patterns.join(','));
  });
});
