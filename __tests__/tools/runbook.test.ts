/** Runbooks are held against what there is; these tests also show that each check can fail. */
import { load } from '../../environments';
import { checkRunbooks } from '../../tools/lib/runbook/check';
import { collectKnown, type Known } from '../../tools/lib/runbook/known';
import { parseRunbook, readRunbook, runbookNames } from '../../tools/lib/runbook/runbook';
import { commandsOf } from '../../tools/lib/runbook/shell';
import { today } from '../support/shipped';

let known: Known;
beforeAll(async () => {
  const loaded = load(today);
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  known = await collectKnown(loaded);
}, 120_000);

const shipped = () => runbookNames('runbooks').map((name) => readRunbook('runbooks', name));

interface Parts {
  readonly front?: string;
  readonly step?: string;
  readonly risk?: string;
  readonly text?: string;
}

/** A runbook with nothing wrong but what a test puts in. */
const runbook = ({
  front = '',
  step = 'kubectl -n holdfast get pods',
  risk = 'none',
  text = '',
}: Parts = {}) =>
  parseRunbook(
    'queue-lagging',
    'runbooks/queue-lagging.md',
    `---
title: T
severity: low
owner: platform
risk: low
${front || `last drill: ${today}`}
---

# T

## Symptom
${text}
## Impact
## Diagnose

\`\`\`sh {"name":"ask","risk":"${risk}"}
${step}
\`\`\`

Expect: pods.

Undo: none: it is a test.

## Mitigate
Undo: none needed.
## Verify
## Follow-up
`,
  );

/** Problems of one runbook, those of alerts left out, whose runbooks are not among it. */
const problemsOf = (parts: Parts) =>
  checkRunbooks([runbook(parts)], known, today).problems.filter(
    (problem) => !/^(alert|alarm|mail) /.test(problem),
  );

test('the runbooks that are here hold: alerts, steps, metrics, links', () => {
  const { problems, awsOnly } = checkRunbooks(shipped(), known, today);
  expect(problems).toEqual([]);
  expect(awsOnly).toContain('database-proxy-saturated');
  expect(known.leads.length).toBeGreaterThan(100);
});

describe('it fails on', () => {
  test('an alert without a runbook, and one whose runbook is missing', () => {
    const leads = [
      { what: 'alert Lost', runbook: undefined },
      { what: 'alert Found', runbook: 'nowhere' },
      { what: 'alert Good', runbook: 'queue-lagging' },
    ];
    expect(checkRunbooks([runbook()], { ...known, leads }, today).problems).toEqual([
      'alert Lost names no runbook',
      'alert Found leads to runbooks/nowhere.md, which is missing',
    ]);
  });

  test('a runbook that nothing leads to, unless people start it themselves', () => {
    const nothing = { ...known, leads: [] };
    expect(checkRunbooks([runbook()], nothing, today).problems).toEqual([
      expect.stringMatching(/^runbooks\/queue-lagging\.md: no alert and no alarm leads to it/),
    ]);
    const routine = runbook({
      front: `occasion: routine\nlast drill: ${today}`,
      text: 'Stop when it burns. [Tell](../docs/incidents.md)',
    });
    expect(checkRunbooks([routine], nothing, today).problems).toEqual([]);
  });

  test.each([
    ['holdfast flags enabel beta_ui', /step ask runs "holdfast flags enabel", which is no command/],
    ['holdfast flags show', /gives "holdfast flags show" 0 arguments; it takes 1/],
    ['holdfast flags list --colour', /gives "holdfast flags list" the option --colour/],
    ['npm run holdfast -- errors forget', /runs "holdfast errors forget"/],
    ['npm run acces -- prod psql', /runs "npm run acces", which package\.json doesn't have/],
    ['npm run access -- pord psql', /names the environment "pord"/],
    ['npx cdktf-cli@0.21.0 deploy prod-dat', /names the stack "prod-dat"/],
    ['npx cdktf-cli@0.21.0 apply prod-data', /runs "cdktf apply"/],
    [
      'terraform -chdir=cdktf.out/stacks/prod-network output -raw certificate',
      /names the output "certificate"/,
    ],
    ['terraform plan', /without -chdir/],
    ['terraform -chdir=cdktf.out/stacks/prod-data apply', /runs "terraform apply", which no check knows/],
    ['terraform -chdir=cdktf.out/stacks/prod-data graph', /runs "terraform graph", which no check knows/],
    ['terraform -chdir=cdktf.out/stacks/prod-data state replace', /runs "terraform state replace"/],
    [
      'terraform -chdir=cdktf.out/stacks/prod-data import aws_db_instance.database_primary_00000000 holdfast-prod',
      /names the resource "aws_db_instance\.database_primary_00000000", which prod-data doesn't have/,
    ],
    [
      'terraform -chdir=cdktf.out/stacks/prod-cluster state rm aws_db_instance.database_primary_D3810515',
      /which prod-cluster doesn't have/,
    ],
    [
      'terraform -chdir=cdktf.out/stacks/prod-data plan -target=aws_kms_key.kye',
      /names the resource "aws_kms_key\.kye"/,
    ],
    [
      'helm -n external-secrets rollback external-secret 0',
      /names the release "external-secret" in external-/,
    ],
    ['helm -n monitoring history external-secrets', /in monitoring, which no stack installs/],
    ['helm -n nowhere list', /names the namespace "nowhere"/],
    ['helm history external-secrets', /without a namespace/],
    ['helm -n monitoring uninstall monitoring', /runs "helm uninstall", which no check knows/],
    ['holdfast flags disable ingestoin --yes', /names the flag "ingestoin", which the contract doesn't have/],
    [
      'kubectl -n holdfast exec deployment/holdfast-gateway -- holdfast flags swtich ingestion',
      /runs "holdfast flags swtich"/,
    ],
    ['kubectl --context holdfast-pord get nodes', /names the context "holdfast-pord"/],
    [
      'kubectl -n holdfast wait externalsecret/holdfast-service externalsecret/holdfast-srevice --for=condition=Ready',
      /names ExternalSecret "holdfast-srevice"/,
    ],
    ['aws eks describe-cluster --name holdfast-pord', /no aws_eks_cluster/],
    ['aws cloudtrail get-trail-status --name holdfast-tail', /no aws_cloudtrail/],
    ['aws kms describe-key --key-id alias/holdfast-prod-dta', /no aws_kms_alias/],
    [
      `aws fis list-experiment-templates --query "experimentTemplates[?tags.Name=='holdfast-staging-chaos-kill-pod'].id"`,
      /names "holdfast-staging-chaos-kill-pod", but no aws_fis_experiment_template/,
    ],
    ['aws s3 ls s3://holdfast-states-222222222222-eu-west-1/prod/', /no aws_s3_bucket/],
    ['aws eks describe-nodegroup --nodegroup-name holdfast-pord-system-x', /no aws_eks_node_group/],
    ['aws ecr describe-images --repository-name holdfats', /no aws_ecr_repository/],
    ['kubectl -n holdfats get pods', /names the namespace "holdfats"/],
    ['kubectl -n holdfast get podz', /names the kind "podz"/],
    [
      'kubectl -n holdfast rollout restart deployment/holdfast-gatewy',
      /names Deployment "holdfast-gatewy" in holdfast/,
    ],
    [
      'kubectl -n monitoring rollout restart deployment/holdfast-gateway',
      /in monitoring, which no stack makes/,
    ],
    ['kubectl -n holdfast logs -l app=holdfast', /selects by the label app=holdfast/],
    ['kubectl -n holdfast logs holdfast-gateway', /names Pod "holdfast-gateway"/],
    ['kubectl frobnicate pods', /runs "kubectl frobnicate"/],
    [
      'aws rds describe-db-instances --db-instance-identifier holdfast-pord',
      /names "holdfast-pord", but no aws_db_instance/,
    ],
    ['aws logs tail /aws/lambda/holdfast-prod-rotate --since 1h', /no aws_cloudwatch_log_group/],
    [
      'aws cloudwatch describe-alarms --alarm-name-prefix holdfast-prod-databse',
      /no aws_cloudwatch_metric_alarm/,
    ],
    [
      'aws cloudwatch get-metric-statistics --dimensions Name=CacheClusterId,Value=holdfast-dvv-001',
      /aws_elasticache/,
    ],
    ['echo "$(kubectl -n nowhere get pods)" | grep x', /names the namespace "nowhere"/],
    ['curl -s localhost:8081/metrics | grep holdfast_que_lag', /looks for the metric "holdfast_que_lag"/],
    [
      "curl -s localhost:9090/api/v1/query --data-urlencode 'query=sum(rate(holdfast_request_total[5m]))'",
      /asks for the series "holdfast_request_total"/,
    ],
    ['frob', /runs "frob", which no check knows/],
  ])('%s', (step, problem) => {
    const problems = problemsOf({ step });
    expect(problems).toContainEqual(expect.stringMatching(problem));
    expect(problems[0]).toMatch(/^runbooks\/queue-lagging\.md:\d+ /);
  });

  test('a metric that nothing exports, and a link to nothing, each with its line', () => {
    expect(problemsOf({ text: 'holdfast_nothing_total\n[there](nowhere.md)' })).toEqual([
      'runbooks/queue-lagging.md:12 names the metric holdfast_nothing_total, which nothing exports',
      'runbooks/queue-lagging.md:13 links to nowhere.md, which is missing',
    ]);
  });

  test('bad front matter, all of it at once', () => {
    expect(problemsOf({ front: 'last drill: soon\ndrills: x' })).toEqual([
      expect.stringMatching(/front matter, last drill: must be a day such as 2026-11-21, or never/),
      expect.stringMatching(/front matter: Unrecognized key: "drills"/),
    ]);
    expect(parseRunbook('x', 'x.md', '# X').problems).toEqual([
      'x.md:1 must begin with front matter between two lines of ---',
    ]);
    expect(problemsOf({ text: 'Never drilled.' })).toEqual([
      `runbooks/queue-lagging.md: says "Never drilled", and that its last drill was on ${today}`,
    ]);
    expect(problemsOf({ front: 'drill: aws\nlast drill: never' })).toEqual([
      expect.stringMatching(/"Never drilled: " says why nowhere else/),
    ]);
  });

  test('an owner who answers for nothing', () => {
    const { runbook: found } = runbook();
    const other = { problems: [], runbook: { ...(found as NonNullable<typeof found>), owner: 'nobody' } };
    expect(checkRunbooks([other], { ...known, leads: [] }, today).problems).toContainEqual(
      expect.stringMatching(/owner: "nobody" answers for nothing; tags\.owner .* say platform/),
    );
  });

  test('a target that is no time', () => {
    expect(problemsOf({ front: `rto target: soon\nrpo target: 5 minutes\nlast drill: ${today}` })).toEqual([
      expect.stringMatching(/front matter, rto target: must be a time such as 15 minutes/),
    ]);
  });

  test('one that people start, without a word on when to stop and whom to tell', () => {
    const front = `occasion: disaster\nlast drill: ${today}`;
    expect(problemsOf({ front })).toEqual([
      expect.stringMatching(/no line beginning with "Stop when "/),
      expect.stringMatching(/nothing links to docs\/incidents\.md/),
    ]);
    const text = 'Stop when it burns.\n[incidents](../docs/incidents.md)';
    expect(problemsOf({ front, text })).toEqual([]);
  });

  test('a risk that is not true, and several ways without a word on when to take which', () => {
    expect(problemsOf({ step: 'kubectl get nodes\nkubectl delete nodes --all' })).toEqual([
      expect.stringMatching(
        /^runbooks\/queue-lagging\.md:18 step ask has the risk none, but runs kubectl delete nodes/,
      ),
    ]);
    expect(problemsOf({ risk: 'high' })).toEqual([
      expect.stringMatching(/^runbooks\/queue-lagging\.md:17 step ask has the risk high, though all/),
    ]);
    expect(problemsOf({ risk: 'huge' })).toEqual([
      'runbooks/queue-lagging.md:16 step ask has the risk "huge"; there are none, low, medium, high',
    ]);
    expect(problemsOf({ text: 'Then decide:\n\n- Somehow.' })).toEqual([
      expect.stringMatching(/^runbooks\/queue-lagging\.md:14 decides without a way/),
    ]);
  });

  test('steps without a name, or with one that is taken; sections out of order; no way back', () => {
    const { problems } = parseRunbook(
      'x',
      'x.md',
      '---\ntitle: X\nseverity: low\nowner: p\nrisk: low\nlast drill: never\n---\n## Mitigate\n```sh\nls\n```\n```sh {"name":"a","risk":"none"}\n```\nExpect: a.\n\n```sh {"name":"a","risk":"none"}\n```\nExpect: a.\n',
    );
    expect(problems).toEqual([
      expect.stringMatching(/^x\.md: its sections must be Symptom, Impact/),
      expect.stringMatching(/^x\.md: Mitigate must say how its steps are undone/),
      expect.stringMatching(/^x\.md:9 must name the step/),
      'x.md:16 names the step "a" a second time',
    ]);
  });
});

test('it takes what is filled in by whoever runs a step, and what is there', () => {
  const steps = [
    'terraform -chdir=cdktf.out/stacks/prod-data import "$address" "$id"',
    'terraform -chdir=cdktf.out/stacks/prod-data state rm aws_db_instance.database_primary_D3810515',
    'helm -n external-secrets rollback external-secrets 0 --wait --timeout 5m',
    'helm -n "$namespace" status "$release"',
    'holdfast flags delete "$flag" --yes',
    'kubectl --context holdfast-prod get nodes -L topology.kubernetes.io/zone',
    'aws eks describe-nodegroup --cluster-name holdfast-prod --nodegroup-name holdfast-prod-system-2026',
    'aws kms describe-key --key-id "$key"',
    'aws secretsmanager list-secrets --filters Key=name,Values=holdfast/prod/',
    'aws s3 cp s3://holdfast-state-222222222222-eu-west-1/prod/data.tfstate.tflock - | jq .',
  ];
  expect(problemsOf({ step: steps.join('\n'), risk: 'high' })).toEqual([]);
});

test('a drill older than 90 days is due, a younger one is not, and what only AWS can drill is told apart', () => {
  const after = (drill: string) => checkRunbooks([runbook({ front: `last drill: ${drill}` })], known, today);
  expect(after('2026-08-22').warnings).toEqual([
    'runbooks/queue-lagging.md was drilled 91 days ago; drills are good for 90',
  ]);
  expect(after('2026-08-23').warnings).toEqual([]);
  expect(after('never').warnings).toEqual(['runbooks/queue-lagging.md was never drilled']);
  const aws = checkRunbooks(
    [runbook({ front: 'drill: aws\nlast drill: never', text: 'Never drilled: only AWS has it.' })],
    known,
    today,
  );
  expect([aws.warnings, aws.awsOnly]).toEqual([[], ['queue-lagging']]);
});

describe('a script', () => {
  const words = (script: string) => commandsOf(script).map((command) => command.words.join(' '));

  test('falls into its commands, those in substitutions first', () => {
    expect(words(`a "b c" 'd|e' | f && g; h & i 2>&1 # j\nk \\\n  l`)).toEqual([
      'a b c d|e',
      'f',
      'g',
      'h',
      'i 2>&1',
      'k l',
    ]);
    expect(words('x=$(a "$(b c)" d) e')).toEqual(['b c', 'a $(b c) d', 'e']);
    expect(words('for i in 1 2; do\n  a "$i"\ndone')).toEqual(['a $i']);
    expect(words('f() { a b; }\nf')).toEqual(['a b', 'f']);
    expect(words('a "$((b + 1))" "$(c)" $((d))')).toEqual(['c', 'a $((b + 1)) $(c) $((d))']);
  });

  test('knows the line of each', () => {
    expect(commandsOf('a \\\n  b\nc\n\nd').map(({ line }) => line)).toEqual([0, 2, 4]);
  });
});
