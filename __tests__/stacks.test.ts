/**
 * Every stack of every environment, built once: golden files, and what must hold of all of them. Construct tests build
 * their own small stacks; this file is about what is shipped.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { exampleAccountIds } from '../environments/account-schema';
import { isAws } from '../environments/load';
import { brokenInvariants } from '../tools/lib/invariants';
import { deploymentOrder, readManifest } from '../tools/lib/stack-json';
import { summary } from '../tools/lib/summary';
import { canonical, expectGolden, goldenFolder, updateMode } from './support/golden';
import { loaded, remove, synthesiseForTest } from './support/shipped';

const environments = loaded();
const onAws = environments.deployments.filter(isAws);
/** What stands by has its network and, where it follows another database, a replica. */
const componentsOf = ({ recovery }: (typeof onAws)[number]['environment']): readonly string[] => {
  if (recovery?.role === 'standby')
    return recovery.database.from === 'replica' ? ['network', 'data'] : ['network'];
  return ['network', 'cluster', 'data', 'platform', 'observability', 'backup', 'app'];
};
const shipped = synthesiseForTest(environments);
afterAll(() => remove(dirname(shipped.outdir)));

test('nothing in a stack depends on the day; what only the day brings is said, not failed', () => {
  const realDay = new Date().toISOString().slice(0, 10);
  for (const day of [realDay, '2099-12-31']) {
    const then = synthesiseForTest(loaded(day));
    expect(then.stacks.map((stack) => canonical(stack.json))).toEqual(
      shipped.stacks.map((stack) => canonical(stack.json)),
    );
    if (day === realDay) for (const warning of then.warnings) process.stderr.write(`warning ${warning}\n`);
    remove(dirname(then.outdir));
  }
});

const goldenFile = (stack: { environment: string; component: string }) =>
  join(stack.environment, `${stack.component}.json`);

describe('golden files', () => {
  test.each(shipped.stacks.map((stack) => [stack.name, stack] as const))('%s', (_, stack) => {
    expectGolden(goldenFile(stack), stack.json);
  });

  test('there is none for a stack that is gone', () => {
    const expected = new Set(shipped.stacks.map(goldenFile));
    const orphans = readdirSync(goldenFolder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.json') && !expected.has(file),
    );
    if (updateMode() === 'all') for (const orphan of orphans) rmSync(join(goldenFolder, orphan));
    expect(orphans.filter((orphan) => existsSync(join(goldenFolder, orphan)))).toEqual([]);
  });
});

test('the README shows what is printed', () => {
  const printed = `${stripVTControlCharacters(summary(shipped, 'cdktf.out'))}\n`;
  const block = /^environment +stack [\s\S]*? → cdktf\.out\/\n/m;
  const text = readFileSync('README.md', 'utf8');
  if (updateMode() === 'all')
    writeFileSync(
      'README.md',
      text.replace(block, () => printed),
    );
  const withoutTimes = (lines: string) => lines.replace(/ +[\d.]+ m?s\b/g, ' T');
  const shown = block.exec(readFileSync('README.md', 'utf8'))?.[0] ?? '';
  expect(withoutTimes(shown)).toBe(withoutTimes(printed));
});

describe('every stack', () => {
  test.each(shipped.stacks.map((stack) => [stack.name, stack] as const))(
    '%s breaks no invariant',
    (_, stack) => {
      expect(brokenInvariants(stack.json)).toEqual([]);
    },
  );

  test('deploys after what it depends on, and nothing depends on bootstrap', () => {
    const manifest = readManifest(shipped.outdir);
    for (const [name, stack] of Object.entries(manifest)) {
      expect(stack.dependencies.filter((dependency) => dependency.startsWith('bootstrap-'))).toEqual([]);
      for (const dependency of stack.dependencies) {
        expect(deploymentOrder(manifest).indexOf(dependency)).toBeLessThan(
          deploymentOrder(manifest).indexOf(name),
        );
      }
    }
    for (const { environment } of onAws) {
      expect(deploymentOrder(manifest).filter((name) => name.startsWith(`${environment.name}-`))).toEqual(
        componentsOf(environment).map((component) => `${environment.name}-${component}`),
      );
    }
  });

  test('keeps its state in the bucket of its account, under its own key, with the native lock', () => {
    const keys = onAws.flatMap(({ environment, account }) =>
      shipped.stacks
        .filter((stack) => stack.environment === environment.name)
        .map((stack) => {
          const backend = stack.json.terraform?.backend?.s3;
          expect(backend).toMatchObject({
            // A region that is lost must not take the states of what recovers it.
            bucket: `holdfast-state-${account.id}-${environment.recovery ? environment.region : account.region}`,
            use_lockfile: true,
          });
          return `${backend?.bucket}/${backend?.key}`;
        }),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(onAws.flatMap(({ environment }) => componentsOf(environment)).length);
  });

  test('refuses the example account at plan, by name of the file to edit', () => {
    const isExample = (id: unknown) => exampleAccountIds.includes(String(id));
    for (const stack of shipped.stacks) {
      const [account] = (stack.json.provider?.aws?.[0]?.allowed_account_ids ?? []) as string[];
      if (!isExample(account)) {
        expect(stack.json.resource?.terraform_data).toBeUndefined();
        continue;
      }
      expect(stack.json.resource?.terraform_data).toMatchObject({
        'example-account': {
          lifecycle: {
            precondition: [{ error_message: expect.stringContaining('environments/accounts.ts') }],
          },
        },
      });
    }
  });

  test('shares no name with a stack of another environment in its account and region', () => {
    const named = {
      aws_backup_plan: 'name',
      aws_backup_report_plan: 'name',
      aws_backup_restore_testing_plan: 'name',
      aws_backup_vault: 'name',
      aws_cloudwatch_event_rule: 'name',
      aws_cloudwatch_log_group: 'name',
      aws_cloudwatch_metric_alarm: 'alarm_name',
      aws_db_instance: 'identifier',
      aws_eks_cluster: 'name',
      aws_elasticache_replication_group: 'replication_group_id',
      aws_elasticache_user: 'user_id',
      aws_elasticache_user_group: 'user_group_id',
      aws_iam_role: 'name',
      aws_kms_alias: 'name',
      aws_s3_bucket: 'bucket',
      aws_secretsmanager_secret: 'name',
      aws_sns_topic: 'name',
    };
    const seen = shipped.stacks.flatMap((stack) => {
      const providers = (stack.json.provider?.aws ?? []) as { alias?: string; region?: string }[];
      const [account] = (stack.json.provider?.aws?.[0]?.allowed_account_ids ?? []) as string[];
      return Object.entries(named).flatMap(([type, attribute]) =>
        Object.values(stack.json.resource?.[type] ?? {}).map((block) => {
          const alias = (block['provider'] as string | undefined)?.replace('aws.', '');
          // IAM knows no regions, and a bucket's name is the world's.
          const everywhere = type === 'aws_iam_role' || type === 'aws_s3_bucket';
          const region = everywhere ? '' : providers.find((provider) => provider.alias === alias)?.region;
          return `${account} ${region} ${type} ${block[attribute]}`;
        }),
      );
    });
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.filter((name, index) => seen.indexOf(name) !== index)).toEqual([]);
  });

  test('shares no bucket’s name with any other account, of the same region or not', () => {
    const buckets = shipped.stacks.flatMap((stack) =>
      Object.values(stack.json.resource?.aws_s3_bucket ?? {}).map((bucket) => bucket.bucket),
    );
    expect(buckets.length).toBeGreaterThan(4);
    expect(new Set(buckets).size).toBe(buckets.length);
  });

  test('plans only with credentials of its own account', () => {
    for (const stack of shipped.stacks) {
      for (const provider of stack.json.provider?.aws ?? []) {
        expect(provider.allowed_account_ids).toHaveLength(1);
      }
    }
  });
});
