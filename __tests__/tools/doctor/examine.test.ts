import { stripVTControlCharacters } from 'node:util';
import { type AwsDeployment, isAws, loadEnvironments } from '../../../environments/load';
import type { AwsEnvironmentInput } from '../../../environments/schema';
import type { Account } from '../../../tools/lib/doctor/account';
import { principalOf } from '../../../tools/lib/doctor/aws-account';
import { capacityCheck, quotasCheck } from '../../../tools/lib/doctor/capacity';
import { bootstrapCheck, credentialsCheck } from '../../../tools/lib/doctor/credentials';
import { count, examine } from '../../../tools/lib/doctor/examine';
import type { Check, Finding } from '../../../tools/lib/doctor/finding';
import { deployPermissions } from '../../../tools/lib/doctor/permissions';
import { render } from '../../../tools/lib/doctor/render';
import { isOlder, toolsCheck } from '../../../tools/lib/doctor/tools';
import { accounts, dev } from '../../support/environments';

const accountId = '123456789012';

function deploymentOf(change: Partial<AwsEnvironmentInput> = {}): AwsDeployment {
  const result = loadEnvironments({
    accounts: { nonprod: { ...accounts.nonprod, id: accountId } },
    environments: { dev: { ...dev, ...change } },
    imagesFolder: 'environments',
    today: '2026-11-21',
  });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const [deployment] = result.deployments.filter(isAws);
  if (!deployment) throw new Error('dev is not there');
  return deployment;
}

const everyType = new Set(dev.cluster.nodes.instanceTypes);
/** An account in which dev can be deployed. */
const healthy: Account = {
  caller: async () => ({ accountId, arn: `arn:aws:iam::${accountId}:user/anna` }),
  canAssume: async () => true,
  lacking: async () => [],
  roleExists: async () => true,
  bucketExists: async () => true,
  zones: async () => [...dev.network.zones],
  instanceTypes: async () => new Map(dev.network.zones.map((zone) => [zone, everyType])),
  databaseZones: async () => new Set(dev.network.zones),
  vcpus: async () => 2,
  quota: async () => 64,
  inUse: async () => ({ vpcs: 1, elasticAddresses: 0, onDemandVcpus: 0, spotVcpus: 0 }),
  hasVpc: async () => false,
};
const ask = (
  check: Check,
  account: Partial<Account> = {},
  deployment = deploymentOf(),
): Promise<readonly Finding[]> => check.run({ deployment, account: { ...healthy, ...account } });
const bad = (findings: readonly Finding[]) => findings.filter(({ verdict }) => verdict !== 'pass');

describe('tools', () => {
  const all = (command: readonly string[]) =>
    ({
      terraform: '{"terraform_version": "1.15.9"}',
      aws: 'aws-cli/2.31.0 Python/3.13',
      kubectl: 'Client Version: v1.36.1',
      docker: 'Docker version 28.2.2, build e6534b4',
      'session-manager-plugin': '1.2.707.0',
      psql: 'psql (PostgreSQL) 17.2',
    })[command[0] ?? ''];
  const find = async (run: typeof all, node?: string) =>
    bad(await toolsCheck(run, node).run({ deployment: deploymentOf(), account: healthy }));

  test('that are all there and new enough pass', async () => {
    expect(await find(all, '22.12.0')).toEqual([]);
  });
  test('without which nothing can be deployed fail, others warn', async () => {
    const found = await find(
      (command) => (command[0] === 'aws' || command[0] === 'psql' ? undefined : all(command)),
      '22.0.0',
    );
    expect(found.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ['AWS CLI', 'fail'],
      ['psql', 'warn'],
    ]);
  });
  test('of an old Terraform, the state could not be locked', async () => {
    const old = (command: readonly string[]) =>
      command[0] === 'terraform' ? '{"terraform_version": "1.9.8"}' : all(command);
    expect(await find(old, '22.0.0')).toEqual([
      expect.objectContaining({ subject: 'Terraform', verdict: 'fail', found: '1.9.8, older than 1.11.0' }),
    ]);
  });
  test.each([
    ['18.20.0', 'fail'],
    ['20.19.9', 'fail'],
    ['24.0.0', 'warn'],
  ])('Node %s: %s', async (version, verdict) => {
    expect(await find(all, version)).toEqual([expect.objectContaining({ subject: 'Node.js', verdict })]);
  });
  test('versions are compared as numbers', () => {
    expect(isOlder('1.9.0', '1.11.0')).toBe(true);
    expect(isOlder('1.11', '1.11.0')).toBe(false);
    expect(isOlder('2.0.0', '1.11.9')).toBe(false);
  });
});

describe('credentials', () => {
  test('of the account pass', async () => {
    expect(bad(await ask(credentialsCheck))).toEqual([]);
  });
  test('of another account fail, and nothing else is asked with them', async () => {
    const other = async () => ({ accountId: '999999999999', arn: 'arn:aws:iam::999999999999:user/anna' });
    const [finding, ...more] = bad(
      await ask(credentialsCheck, { caller: other, lacking: () => Promise.reject(new Error('asked')) }),
    );
    expect(finding?.found).toContain('999999999999');
    expect(finding?.remedy).toContain('AWS_PROFILE');
    expect(more).toEqual([]);
  });
  test('that are missing fail with how to sign in', async () => {
    const none = () => Promise.reject(new Error('Could not load credentials from any providers'));
    expect(bad(await ask(credentialsCheck, { caller: none }))).toEqual([
      expect.objectContaining({ verdict: 'fail', remedy: expect.stringContaining('aws sso login') }),
    ]);
  });
  test('must be able to assume the deploying role where there is one', async () => {
    const deployment = deploymentOf({ deployRole: 'deployer' });
    const [finding] = bad(await ask(credentialsCheck, { canAssume: async () => false }, deployment));
    expect(finding?.found).toContain(`arn:aws:iam::${accountId}:role/deployer`);
  });
  test('that lack permissions fail, naming them', async () => {
    const lacking: Account['lacking'] = async (_, asked) =>
      asked.filter(({ action }) => action.startsWith('eks:'));
    const [finding] = bad(await ask(credentialsCheck, { lacking }));
    expect(finding).toMatchObject({ verdict: 'fail', found: 'missing: eks:CreateCluster' });
  });
  test('whose permissions IAM keeps to itself are left to a person', async () => {
    const [finding] = bad(
      await ask(credentialsCheck, { lacking: () => Promise.reject(new Error('denied')) }),
    );
    expect(finding?.verdict).toBe('unknown');
  });
  test('of a session are asked about by their role', () => {
    expect(principalOf(`arn:aws:sts::${accountId}:assumed-role/admin/anna@example.com`)).toBe(
      `arn:aws:iam::${accountId}:role/admin`,
    );
    expect(principalOf(`arn:aws:iam::${accountId}:user/anna`)).toBe(`arn:aws:iam::${accountId}:user/anna`);
  });
  test('are asked about one action at least of every service that holds data', () => {
    const services = new Set(deployPermissions(deploymentOf()).map(({ action }) => action.split(':')[0]));
    for (const service of ['s3', 'ec2', 'eks', 'iam', 'kms', 'rds', 'elasticache', 'secretsmanager'])
      expect(services).toContain(service);
  });
});

describe('bootstrap', () => {
  test('a missing state bucket and a missing role fail', async () => {
    const found = bad(
      await ask(bootstrapCheck, { bucketExists: async () => false, roleExists: async () => false }),
    );
    expect(found.map(({ subject, remedy }) => [subject, remedy])).toEqual([
      ['state bucket', 'deploy bootstrap-nonprod first (docs/bootstrap.md)'],
      ['role platform-admin', expect.stringContaining('environments/dev.ts')],
    ]);
  });
});

describe('capacity', () => {
  test('a zone that the account lacks fails, naming those it has', async () => {
    const [finding] = bad(await ask(capacityCheck, { zones: async () => ['eu-west-1a', 'eu-west-1b'] }));
    expect(finding).toMatchObject({ verdict: 'fail', found: 'eu-west-1c: not for this account' });
    expect(finding?.remedy).toContain('eu-west-1a, eu-west-1b');
  });
  test('a type that one zone lacks warns while another type stands in, and fails when none does', async () => {
    const lacking = (...types: string[]) => ({
      instanceTypes: async () =>
        new Map(
          dev.network.zones.map((zone) => [
            zone,
            new Set([...everyType].filter((type) => !(zone === 'eu-west-1c' && types.includes(type)))),
          ]),
        ),
    });
    expect(bad(await ask(capacityCheck, lacking('t4g.large')))).toEqual([
      expect.objectContaining({ subject: 't4g.large', verdict: 'warn', found: 'not in eu-west-1c' }),
    ]);
    const none = bad(await ask(capacityCheck, lacking(...everyType)));
    expect(none.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail']);
  });
  test('a standby needs its class in two zones', async () => {
    const one = { databaseZones: async () => new Set(['eu-west-1a']) };
    expect(bad(await ask(capacityCheck, one))).toEqual([]);
    const multiAz = deploymentOf({ database: { ...dev.database, multiAz: true } });
    const [finding] = bad(await ask(capacityCheck, one, multiAz));
    expect(finding?.found).toBe('in eu-west-1a alone; 2 zones are needed');
  });
});

describe('quotas', () => {
  test('what is in use and what is to come must fit', async () => {
    const inUse = async () => ({ vpcs: 5, elasticAddresses: 4, onDemandVcpus: 0, spotVcpus: 0 });
    const quota: Account['quota'] = async () => 5;
    const found = bad(await ask(quotasCheck, { inUse, quota }));
    expect(found.map(({ subject }) => subject)).toEqual([
      'VPCs in the region',
      'vCPUs on spot, standard families',
    ]);
    expect(found[0]?.remedy).toBe(
      'aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6 --region eu-west-1',
    );
  });
  test('an environment that stands is not counted twice', async () => {
    const inUse = async () => ({ vpcs: 5, elasticAddresses: 5, onDemandVcpus: 0, spotVcpus: 5 });
    const full = { inUse, quota: async () => 8 };
    expect(bad(await ask(quotasCheck, { ...full, hasVpc: async () => true }))).toEqual([]);
    expect(bad(await ask(quotasCheck, full))).not.toEqual([]);
  });
  test('what AWS does not tell is left to a person', async () => {
    const found = bad(await ask(quotasCheck, { quota: () => Promise.reject(new Error('denied')) }));
    expect(new Set(found.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  });
});

describe('the whole examination', () => {
  const noTools: Check = { title: 'Tools', run: async () => [] };
  const examined = (account: Partial<Account>) =>
    examine(
      { deployment: deploymentOf(), account: { ...healthy, ...account } },
      { first: [noTools, credentialsCheck], afterwards: [bootstrapCheck, capacityCheck, quotasCheck] },
    );

  test('stops at missing credentials and says what it did not ask', async () => {
    const sections = await examined({ caller: () => Promise.reject(new Error('none')) });
    const page = stripVTControlCharacters(render('dev', sections));
    expect(page).toContain('FAIL  credentials: none');
    expect(page.match(/not asked, without credentials/g)).toHaveLength(3);
    expect(page).toContain("dev can't be deployed yet");
  });
  test('a check that AWS refuses becomes one finding, and the others go on', async () => {
    const sections = await examined({ zones: () => Promise.reject(new Error('UnauthorizedOperation')) });
    const capacity = sections.find(({ title }) => title === capacityCheck.title);
    expect(capacity?.findings).toEqual([
      expect.objectContaining({ verdict: 'unknown', found: 'Error: UnauthorizedOperation' }),
    ]);
    expect(sections.find(({ title }) => title === quotasCheck.title)?.findings.length).toBeGreaterThan(1);
  });
  test('every finding that does not pass has a remedy', async () => {
    const sections = await examined({
      bucketExists: async () => false,
      zones: async () => [],
      quota: async () => 0,
    });
    expect(count(sections).fail).toBeGreaterThan(3);
    for (const { findings } of sections)
      for (const { verdict, remedy } of findings) if (verdict !== 'pass') expect(remedy).toMatch(/\w{3}/);
  });
});
