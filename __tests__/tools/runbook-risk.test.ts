/** What a step's commands do, against the risk that it claims; each check is shown to fail. */
import { processCli } from '../../app/src/cli/cli';
import { completeProgram } from '../../app/src/cli/program';
import { checkRisk } from '../../tools/lib/runbook/check-risk';
import type { CommandLine } from '../../tools/lib/runbook/known';
import type { Risk, Step } from '../../tools/lib/runbook/steps';

let commandLine: CommandLine;
beforeAll(async () => {
  commandLine = await completeProgram(processCli());
});

const step = {
  name: 'a',
  section: 'Mitigate',
  expected: 'a.',
  undo: undefined,
  line: 1,
  lastLine: 3,
} as const;

describe('the risk of a step', () => {
  const finding = (script: string, risk: Risk) =>
    checkRisk({ ...step, script, risk } satisfies Step, commandLine, new Set());

  test.each([
    'kubectl -n holdfast delete pod "$pod"',
    'kubectl apply -f x.yaml',
    'kubectl -n holdfast scale deployment/holdfast-gateway --replicas=0',
    'kubectl -n holdfast rollout restart deployment/holdfast-gateway',
    'kubectl --context holdfast-prod patch node x --patch "{}"',
    'kubectl -n monitoring exec alertmanager-0 -c alertmanager -- amtool alert add Test',
    'kubectl -n holdfast exec deployment/holdfast-gateway -- holdfast flags disable ingestion --reason x --yes',
    'holdfast flags delete ingestion --reason x',
    'npm run holdfast -- errors reset-breaker cache',
    'holdfast backup create postgres',
    'holdfast backup verify postgres --deep',
    'holdfast backup check',
    'holdfast migrate --wait 60',
    'aws rds create-db-snapshot --db-instance-identifier x',
    'aws rds delete-db-instance --db-instance-identifier x',
    'aws elasticache modify-replication-group --replication-group-id x',
    'aws elasticache test-failover --replication-group-id x',
    'aws iam put-role-policy --role-name x',
    'aws s3 rm s3://x/y',
    'aws s3 cp x s3://x/y',
    'terraform -chdir=x import a b',
    'terraform -chdir=x state rm a',
    'terraform -chdir=x force-unlock 1',
    'npx cdktf-cli@0.21.0 deploy prod-app',
    'npm run bootstrap -- prod',
    'helm -n x rollback y 0',
    "psql -XAtc 'delete from event_aggregates'",
    "psql -c 'update event_aggregates set count = 0'",
    'npm run access -- prod psql --owner\n# select 1;\n# select pg_terminate_backend(4711);',
    'npm run access -- prod psql --owner\n# begin; \\i rows.sql',
    'npm run access -- prod psql --owner\n# analyze event_aggregates;',
    'curl -X POST localhost:8081/x',
    'id=$(aws kms describe-key --key-id x)\naws kms enable-key --key-id "$id"',
    'for key in a b; do aws iam update-access-key --access-key-id "$key"; done',
  ])('is not none for %s', (script) => {
    expect(finding(script, 'none')).toEqual([
      {
        line: expect.any(Number),
        text: expect.stringMatching(/^has the risk none, but runs .*changes something: say "risk":"low"/),
      },
    ]);
    expect(finding(script, 'low')).toEqual([]);
  });

  test.each([
    'kubectl -n holdfast get pods',
    'kubectl -n holdfast rollout status deployment/holdfast-gateway',
    'kubectl -n holdfast port-forward deployment/holdfast-gateway 8081 & sleep 2\ncurl -s localhost:8081/health; kill %1',
    "curl -s localhost:9090/api/v1/query --data-urlencode 'query=up' | jq .",
    'kubectl -n holdfast exec deployment/holdfast-gateway -- holdfast flags list --layer override',
    'kubectl -n monitoring exec alertmanager-0 -c alertmanager -- amtool alert query',
    'holdfast backup list',
    'holdfast backup prune --check',
    'aws rds describe-db-instances',
    'aws logs start-query --log-group-name x',
    'aws s3 cp s3://x/y - | jq .',
    'aws rds wait db-instance-available --db-instance-identifier x',
    'terraform -chdir=x init\nterraform -chdir=x state list',
    'npx cdktf-cli@0.21.0 diff prod-app',
    'helm list --all-namespaces',
    'npm run access -- prod psql\n# select name, n_tup_del from pg_stat_user_tables; select phase from pg_stat_progress_vacuum;',
    'npm run doctor -- prod',
    'npm run bootstrap -- prod --print',
  ])('is none for %s', (script) => {
    expect(finding(script, 'none')).toEqual([]);
    expect(finding(script, 'medium')).toEqual([
      { line: 0, text: 'has the risk medium, though all that it runs only reads: say "risk":"none"' },
    ]);
  });

  test('is left to people where words do not tell', () => {
    for (const risk of ['none', 'high'] as const) {
      expect(finding('pg_restore x', risk)).toEqual([]);
      expect(finding('echo "delete from x" | psql', risk)).toEqual([]);
      expect(finding('git checkout HEAD~1 -- x', risk)).toEqual([]);
      expect(finding('npm run runbook -- drill cache-lost --yes', risk)).toEqual([]);
    }
  });

  test('has the line of the command that changes', () => {
    expect(finding('kubectl get nodes\n\nkubectl drain x', 'none')).toEqual([
      { line: 2, text: expect.stringMatching(/runs kubectl drain x/) },
    ]);
  });
});
