/** The house rules of .github: what a workflow may do, and that it asks environments/ instead of knowing better. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { load } from '../environments';
import { isAws } from '../environments/load';
import root from '../package.json';
import { commands } from '../tools/lib/ci/commands';
import { matrixOutputs } from '../tools/lib/ci/matrix';

type Permissions = Record<string, string>;
interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string | string[];
  readonly uses?: string;
  readonly permissions?: Permissions;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly outputs?: Record<string, string>;
  readonly with?: Record<string, string>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: Permissions;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': unknown };
  readonly jobs: Record<string, Job>;
}

const folder = '.github/workflows';
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
const workflows = files.map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});
const setup = '.github/actions/setup/action.yml';
const allText = [...workflows, { file: setup, text: readFileSync(setup, 'utf8') }];
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file} ${name}`, id: name, job, workflow })),
);
const composite = (parse(readFileSync(setup, 'utf8')) as { runs: { steps: Step[] } }).runs.steps;
const steps = [
  ...jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step }))),
  ...composite.map((step) => ({ name: setup, step })),
];
const workflowOf = (file: string) => workflows.find((one) => one.file === file)?.workflow as Workflow;

describe('what is run', () => {
  const pins = allText.flatMap(({ file, text }) =>
    [...text.matchAll(/uses: (?!\.\/)(\S+)(.*)/g)].map(([, uses = '', comment = '']) => ({
      file,
      uses,
      comment,
    })),
  );

  test('every action is pinned by its whole commit, with the version beside it', () => {
    expect(pins.length).toBeGreaterThan(30);
    expect(
      pins.filter(
        ({ uses, comment }) =>
          !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses) || !/^ # v\d+\.\d+\.\d+$/.test(comment),
      ),
    ).toEqual([]);
  });

  test('one action has one version, which docs/delivery.md says was verified', () => {
    const rows = [
      ...readFileSync('docs/delivery.md', 'utf8').matchAll(
        /^\| `([\w./-]+)` \| (v[\d.]+) \| `([0-9a-f]{40})` \|/gm,
      ),
    ];
    const documented = rows.map(([, action, version, commit]) => `${action}@${commit} # ${version}`).sort();
    const used = [...new Set(pins.map(({ uses, comment }) => `${uses}${comment}`))].sort();
    expect(used).toEqual(documented);
  });

  test('no text from outside gets into a script: values come by env', () => {
    expect(steps.filter(({ step }) => step.run?.includes('${{'))).toEqual([]);
  });

  test('Terraform is run by npm run plan and npm run apply alone', () => {
    const scripts = steps.flatMap(({ name, step }) =>
      (step.run ?? '').split('\n').map((line) => ({ name, line })),
    );
    expect(
      scripts.filter(({ line }) => /(^|[\s;&|(])(terraform|tofu|cdktf|npx)\b(?!\.full)/.test(line)),
    ).toEqual([]);
    expect(scripts.filter(({ line }) => /npm run (plan|apply) --/.test(line)).length).toBeGreaterThan(5);
  });

  test('every script and command that is named exists', () => {
    const scripts = steps.flatMap(({ step }) =>
      [...(step.run ?? '').matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script as string),
    );
    // The nightly script comes with the quality gates.
    const known = new Set([
      ...Object.keys(root.scripts),
      ...(existsSync('.ci/nightly') ? [] : ['test:nightly']),
    ]);
    expect(scripts.filter((script) => !known.has(script))).toEqual([]);
    const asked = steps.flatMap(({ step }) =>
      [...(step.run ?? '').matchAll(/npm run ci -- (\w+)/g)].map(([, command]) => command as string),
    );
    expect(asked.filter((command) => !(command in commands))).toEqual([]);
    // And none is there that no workflow uses.
    expect(Object.keys(commands).filter((command) => !asked.includes(command))).toEqual([]);
  });
});

describe('what it may do', () => {
  test.each(workflows)(
    '$file gives nothing unless a job asks, and says what runs side by side',
    ({ workflow }) => {
      expect(workflow.permissions).toEqual({});
      if (!('workflow_call' in workflow.on)) expect(workflow.concurrency?.group).toBeTruthy();
    },
  );

  test.each(jobs)('$name says its permissions and ends by itself', ({ job }) => {
    expect(job.permissions).toBeDefined();
    expect(Object.values(job.permissions ?? {}).every((access) => ['read', 'write'].includes(access))).toBe(
      true,
    );
    if (!job.uses) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test('nothing that changes an environment is broken off', () => {
    expect(workflowOf('deploy.yml').concurrency?.['cancel-in-progress']).toBe(false);
  });

  test('no trigger runs a stranger’s code with our rights', () => {
    expect(
      workflows.filter(
        ({ workflow }) => 'pull_request_target' in workflow.on || 'workflow_run' in workflow.on,
      ),
    ).toEqual([]);
  });

  test('a checkout leaves no credentials behind', () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('a pull request from a fork gets neither rights nor secrets', () => {
    const guards = [
      'github.event.pull_request.head.repo.full_name == github.repository',
      "github.event_name == 'push'",
    ];
    const isGuarded = (workflow: Workflow, id: string): boolean => {
      const job = workflow.jobs[id] as Job;
      return (
        guards.some((guard) => job.if?.includes(guard)) ||
        [job.needs ?? []].flat().some((other) => isGuarded(workflow, other))
      );
    };
    const onPull = jobs.filter(({ workflow }) => 'pull_request' in workflow.on);
    const trusted = onPull.filter(
      ({ job }) =>
        Object.values(job.permissions ?? {}).includes('write') ||
        job.environment !== undefined ||
        JSON.stringify(job).includes('secrets.'),
    );
    expect(trusted.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['plan.yml plan', 'plan.yml scan', 'ci.yml publish']),
    );
    expect(trusted.filter(({ workflow, id }) => !isGuarded(workflow, id)).map(({ name }) => name)).toEqual(
      [],
    );
  });

  test('a fork’s report says that it is no plan', () => {
    const offline = workflowOf('plan.yml').jobs.offline as Job;
    expect(offline.permissions).toEqual({ contents: 'read' });
    expect(JSON.stringify(offline.steps)).toContain('Not a plan.');
  });

  test('there is one secret, and no job needs it', () => {
    const named = allText.flatMap(({ text }) => [...text.matchAll(/secrets\.(\w+)( \|\| github\.token)?/g)]);
    expect(new Set(named.map(([, name]) => name))).toEqual(new Set(['HOLDFAST_PROPOSALS_TOKEN']));
  });

  test('the plan files, which hold secrets, are no artifact', () => {
    const kept = steps.filter(({ step }) => step.uses?.startsWith('actions/upload-artifact@'));
    const paths = kept.flatMap(({ step }) => String(step.with?.path).trim().split('\n'));
    expect(paths.length).toBeGreaterThan(3);
    expect(
      paths.filter(
        (path) => path.includes('.holdfast') && !/(report\.(html|md)|plan\.json)$/.test(path.trim()),
      ),
    ).toEqual([]);
  });
});

describe('what it knows of environments', () => {
  const loaded = load();
  const onAws = loaded.ok ? loaded.deployments.filter(isAws).map(({ environment }) => environment) : [];
  const deploy = workflowOf('deploy.yml');

  test('no account, role or address is typed', () => {
    expect(allText.filter(({ text }) => /arn:aws|\b\d{12}\b|dkr\.ecr\.\w|role\/github/.test(text))).toEqual(
      [],
    );
  });

  test('a merge goes to the first environment of each tier, one after the other', () => {
    const tiers = ['development', 'staging', 'production'];
    const first = tiers.map((tier) => onAws.find((environment) => environment.tier === tier)?.name);
    const pipeline = Object.keys(deploy.jobs).filter((id) => !['targets', 'chosen'].includes(id));
    expect(pipeline).toEqual(first);
    pipeline.forEach((id, index) => {
      const before = index === 0 ? ['targets'] : ['targets', pipeline[index - 1]];
      expect([deploy.jobs[id]?.needs].flat()).toEqual(before);
      expect(deploy.jobs[id]?.with?.target).toBe(`\${{ needs.targets.outputs.${id} }}`);
      expect(deploy.jobs[id]?.if).toContain(`needs.targets.outputs.${id} != ''`);
    });
  });

  test('what the jobs read is what the command gives', () => {
    const given = Object.keys(
      matrixOutputs(
        [],
        onAws.map(({ name }) => name),
      ),
    );
    const read = jobs.flatMap(({ job }) =>
      Object.values(job.outputs ?? {}).flatMap(
        (value) => value.match(/steps\.(?:matrix|targets)\.outputs\.(\w+)/)?.[1] ?? [],
      ),
    );
    expect(read.length).toBeGreaterThan(5);
    expect(read.filter((name) => !given.includes(name))).toEqual([]);
  });

  test('images are promoted from and to environments that are there', () => {
    const names = steps.flatMap(({ step }) => [
      ...[...(step.run ?? '').matchAll(/ci -- promote ([a-z]\w*)/g)].map(([, name]) => name),
      ...[...(step.run ?? '').matchAll(/--from (\w+) --to ([\w,]+)/g)].flatMap(([, from, to]) => [
        from,
        ...(to ?? '').split(','),
      ]),
    ]);
    expect(names).toEqual(expect.arrayContaining(['dev', 'staging', 'prod']));
    expect(names.filter((name) => !onAws.some((environment) => environment.name === name))).toEqual([]);
    expect(workflowOf('ci.yml').jobs.publish?.environment).toBe(onAws[0]?.name);
  });

  test('after each deployment there is a smoke test, and the former image where it fails', () => {
    const deployed = workflowOf('deploy-environment.yml').jobs.deploy?.steps ?? [];
    const at = (text: string) => deployed.findIndex(({ run }) => run?.includes(text));
    expect(at('npm run plan')).toBeLessThan(at('npm run apply'));
    expect(at('npm run apply')).toBeLessThan(at('npm run smoke'));
    const back = deployed[at('npm run ci -- rollback')];
    expect(back?.if).toContain("steps.smoke.outcome == 'failure'");
    expect(
      back?.run?.match(/npm run (ci -- rollback|plan|apply|smoke)/g)?.map((one) => one.slice(8)),
    ).toEqual(['ci -- rollback', 'plan', 'apply', 'smoke']);
  });
});
