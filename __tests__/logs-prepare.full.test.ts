/** The Job that prepares Elasticsearch and Kibana, run by bash with a curl that only notes what it is asked for. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { named } from './support/kubernetes';
import { stacksWithLogs } from './support/logs';

const { observability } = stacksWithLogs({ kind: 'elastic' });
const script: string = named('kubernetes_config_map_v1', 'logs-prepare', observability).data[
  'prepare.sh'
].replaceAll('$${', '${');

/** Answers with the line of the file `answers` whose first word is in the address; fails once or always where it says so. */
const curl = `#!/bin/bash
echo "$@" >>"$FOLDER/asked"
while read -r address answer; do
  [[ "$*" == *"$address"* ]] || continue
  echo "$answer"
  [[ $answer == once* ]] && { sed -i "/once/d" "$FOLDER/answers"; exit 7; }
  [[ $answer == fail* ]] && exit 22
  exit 0
done <"$FOLDER/answers"
echo '{}'
`;

function prepare(answers: readonly string[]): { readonly status: number | null; readonly asked: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-prepare-'));
  try {
    writeFileSync(join(folder, 'curl'), curl, { mode: 0o755 });
    writeFileSync(join(folder, 'answers'), answers.map((answer) => `${answer}\n`).join(''));
    writeFileSync(join(folder, 'prepare.sh'), script);
    writeFileSync(join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
    const { status } = spawnSync('bash', [join(folder, 'prepare.sh')], {
      env: { PATH: `${folder}:${process.env.PATH}`, FOLDER: folder, ELASTIC_PASSWORD: 'secret' },
      timeout: 20_000,
    });
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
    return {
      status,
      asked: asked.map((line) =>
        (/--request (\S+ \S+)/.exec(line)?.[1] ?? '').replace(/https:\/\/[^/]+\//, ''),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const nothingYet = '_data_stream/ fail';
const imported = '_import {"successCount":6,"success":true}';

test('the first time: policy, template, then what Kibana shows', () => {
  const { status, asked } = prepare([nothingYet, imported]);
  expect(status).toBe(0);
  expect(asked).toEqual([
    'GET _cluster/health?wait_for_status=yellow&timeout=20s',
    'PUT _ilm/policy/holdfast-logs',
    'PUT _index_template/holdfast-logs',
    'GET _data_stream/logs-holdfast-fixture',
    'GET _data_stream/logs-holdfast.refused-fixture',
    'GET _data_stream/logs-kubernetes-fixture',
    'GET api/status',
    'POST api/saved_objects/_import?overwrite=true',
  ]);
});

test.each(['_cluster/health', 'api/status'])('waits for %s', (address) => {
  const { status, asked } = prepare([`${address} once`, nothingYet, imported]);
  expect(status).toBe(0);
  expect(asked.filter((line) => line.includes(address))).toHaveLength(2);
});

test('later on, data streams that are there take the new template', () => {
  const { status, asked } = prepare(['_data_stream/logs-kubernetes fail', imported]);
  expect(status).toBe(0);
  expect(asked.filter((line) => line.includes('_rollover'))).toEqual([
    'POST logs-holdfast-fixture/_rollover?lazy=true',
    'POST logs-holdfast.refused-fixture/_rollover?lazy=true',
  ]);
});

test.each([
  ['a policy that Elasticsearch refuses', ['_ilm fail']],
  ['a template that Elasticsearch refuses', ['_index_template fail']],
  ['a rollover that fails', ['_rollover fail']],
  ['objects that Kibana refuses with a 200', [nothingYet, '_import {"success":false,"errors":[]}']],
])('%s fails the Job', (_, answers) => {
  expect(prepare(answers).status).not.toBe(0);
});
