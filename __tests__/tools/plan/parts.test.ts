import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { isAws } from '../../../environments/load';
import { refuseUnplannable } from '../../../tools/lib/plan/gate';
import { readZipEntry } from '../../../tools/lib/plan/plan-file';
import { inOrder } from '../../../tools/lib/plan/schedule';
import { closest, selectStacks } from '../../../tools/lib/plan/select';
import { createPlanFolder, latestPlan, readPlan } from '../../../tools/lib/plan/store';
import { Terraform } from '../../../tools/lib/plan/terraform';
import { deployable, loaded } from '../../support/shipped';

describe('choosing stacks', () => {
  const stacks = ['dev-network', 'dev-app', 'prod-network', 'bootstrap-nonprod'].map((name) => ({
    name,
    environment: name.split('-')[0] ?? '',
  }));

  test('an environment means its stacks, a stack itself', () => {
    const names = (asked: string[]) => selectStacks(stacks, asked).map(({ name }) => name);
    expect(names(['dev'])).toEqual(['dev-network', 'dev-app']);
    expect(names(['prod-network', 'bootstrap'])).toEqual(['prod-network', 'bootstrap-nonprod']);
  });

  test('all that is unknown is told at once, with what may have been meant', () => {
    expect(() => selectStacks(stacks, ['dve', 'prod-netwrk', 'zzzzzzzz'])).toThrow(
      /"dve": did you mean dev\?\n.*did you mean prod-network\?\n.*environments are dev, prod, bootstrap/,
    );
  });

  test('a name is near when few letters differ', () => {
    expect(closest('stagin', ['dev', 'staging'])).toBe('staging');
    expect(closest('production', ['dev', 'prod'])).toBe('prod');
    expect(closest('elsewhere', ['dev', 'prod'])).toBeUndefined();
  });
});

describe('the order', () => {
  const run = async (tasks: { name: string; dependencies: string[] }[], limit: number) => {
    const log: string[] = [];
    let running = 0;
    let most = 0;
    const results = await inOrder(
      tasks,
      async ({ name }) => {
        running += 1;
        most = Math.max(most, running);
        log.push(`+${name}`);
        await new Promise(setImmediate);
        log.push(`-${name}`);
        running -= 1;
        return name.toUpperCase();
      },
      limit,
    );
    return { log, most, results };
  };
  const tasks = [
    { name: 'c', dependencies: ['a', 'b'] },
    { name: 'a', dependencies: ['elsewhere'] },
    { name: 'b', dependencies: [] },
  ];

  test('a stack waits for those that it depends on; the others run side by side', async () => {
    const { log, most, results } = await run(tasks, 2);
    expect(most).toBe(2);
    expect(log.indexOf('+c')).toBeGreaterThan(Math.max(log.indexOf('-a'), log.indexOf('-b')));
    expect(results).toEqual(['C', 'A', 'B']);
  });

  test('no more run at once than allowed, and a circle is an error, not a standstill', async () => {
    expect((await run(tasks, 1)).most).toBe(1);
    const circle = [
      { name: 'a', dependencies: ['b'] },
      { name: 'b', dependencies: ['a'] },
    ];
    await expect(run(circle, 2)).rejects.toThrow('in a circle: a, b');
  });
});

describe('what may not be planned', () => {
  const stacks = [{ environment: 'dev', component: 'network' }];
  const late = loaded('2027-12-01');

  test('an account whose id is an example', () => {
    expect(() => refuseUnplannable(loaded(), stacks, false)).toThrow(
      /environments\/accounts\.ts still holds the example/,
    );
    const bootstrap = [{ environment: 'bootstrap', component: loaded().accounts[0]?.name ?? '' }];
    expect(() => refuseUnplannable(loaded(), bootstrap, false)).toThrow(/example account id/);
    expect(() =>
      refuseUnplannable(loaded(), [{ environment: 'local', component: 'app' }], false),
    ).not.toThrow();
  });

  test('a version that has expired, unless it is waived or the end is meant', () => {
    const expired = deployable(late);
    expect(() => refuseUnplannable(deployable(loaded()), stacks, false)).not.toThrow();
    expect(() => refuseUnplannable(expired, stacks, false)).toThrow(
      /dev\.ts: AWS's standard support of Kubernetes/,
    );
    expect(() => refuseUnplannable(expired, stacks, true)).not.toThrow();
    const deployments = expired.deployments.filter(isAws).map((deployment) => {
      const { version } = deployment.environment.cluster;
      const waivers = [{ product: 'Kubernetes' as const, version, reason: 'so', until: '2028-01-01' }];
      return { ...deployment, environment: { ...deployment.environment, waivers } };
    });
    expect(() => refuseUnplannable({ ...expired, deployments }, stacks, false, [])).not.toThrow();
  });

  test('while a waiver of a gate is over, unless the end is meant', () => {
    const what = { gate: 'rds-encrypted', resources: ['data/*'], reason: 'so', owner: 'platform' };
    const refuse = (until: string, destroy = false) =>
      refuseUnplannable(deployable(loaded()), stacks, destroy, [{ ...what, until }]);
    expect(() => refuse('2026-11-21')).not.toThrow();
    expect(() => refuse('2026-11-20')).toThrow(/gates\/waivers\.ts: rds-encrypted .* which is over/);
    expect(() => refuse('2026-11-20', true)).not.toThrow();
  });
});

describe('files', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'holdfast-plans-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (name: string, content: unknown) => {
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(
      join(root, name, 'plan.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  };
  const plan = (names: string[], destroy = false) => ({
    format: 1,
    createdAt: '',
    asked: [],
    destroy,
    terraform: { name: 'terraform', version: '1' },
    stacks: names.map((name) => ({
      name,
      status: 'unchanged',
      synthesis: '',
      changes: [],
      dependencies: [],
      provisional: [],
    })),
  });

  test('the newest plan that holds what is asked for, of its kind', () => {
    write('2026-01', plan(['a', 'b']));
    write('2026-02', plan(['a']));
    write('2026-03', plan(['a', 'b'], true));
    expect(latestPlan(['a'], { root })).toBe(join(root, '2026-02'));
    expect(latestPlan(['a', 'b'], { root })).toBe(join(root, '2026-01'));
    expect(latestPlan(['a'], { root, destroy: true })).toBe(join(root, '2026-03'));
    expect(latestPlan(['c'], { root })).toBeUndefined();
  });

  test('only the newest plans are kept', () => {
    const days = Array.from({ length: 25 }, (_, day) => new Date(Date.UTC(2026, 0, day + 1)));
    const folders = days.map((day) => createPlanFolder(day, root));
    expect(folders.filter((folder) => existsSync(folder))).toEqual(folders.slice(5));
  });

  test('what is no plan is refused with a sentence', () => {
    write('broken', '{');
    write('foreign', { format: 2 });
    write('sly', {
      ...plan([]),
      stacks: [{ ...plan(['a']).stacks[0], saved: { file: '../x', sha256: '', serial: 0, lineage: '' } }],
    });
    expect(() => readPlan(join(root, 'none'))).toThrow(/there is no plan in/);
    expect(() => readPlan(join(root, 'broken'))).toThrow(/is broken: npm run plan/);
    expect(() => readPlan(join(root, 'foreign'))).toThrow(/was not written by npm run plan/);
    expect(() => readPlan(join(root, 'sly'))).toThrow(/was not written by npm run plan/);
  });

  test('a file out of an archive, stored or compressed', () => {
    const zip = zipOf({ first: 'one', second: 'two'.repeat(100) });
    expect(readZipEntry(zip, 'first')?.toString()).toBe('one');
    expect(readZipEntry(zip, 'second')?.toString()).toBe('two'.repeat(100));
    expect(readZipEntry(zip, 'third')).toBeUndefined();
    expect(
      readZipEntry(Buffer.from('no archive at all, but long enough to hold an end'), 'first'),
    ).toBeUndefined();
  });
});

test('Terraform that is missing or old is told with the remedy', () => {
  expect(() => Terraform.find({ PATH: '/nowhere' })).toThrow('neither terraform nor tofu is on the PATH');
  expect(() => Terraform.find({ PATH: '/nowhere', HOLDFAST_TERRAFORM: 'tf' })).toThrow(
    'HOLDFAST_TERRAFORM names tf',
  );
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-terraform-'));
  writeFileSync(join(folder, 'terraform'), '#!/bin/sh\necho \'{"terraform_version": "1.9.0"}\'', {
    mode: 0o755,
  });
  expect(() => Terraform.find({ PATH: `${folder}:${process.env.PATH}` })).toThrow(
    'terraform is 1.9.0: install 1.11.0',
  );
  rmSync(folder, { recursive: true });
});

/** Every second file compressed. */
function zipOf(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const data = index % 2 === 0 ? Buffer.from(text) : deflateRawSync(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(index % 2 === 0 ? 0 : 8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), data);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
