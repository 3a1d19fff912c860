/** The parameter group, held against what PostgreSQL itself says of its parameters. */
import { type EngineSetting, engineSettings } from '../../../app/test/support/engine-settings';
import { instanceClass } from '../../../constructs/database/instance-class';
import { parameterFamily } from '../../../constructs/database/parameters';
import { type Parameter, parametersOf } from '../../../constructs/database/tuning';
import { big, environmentStacks, type Json, small } from '../aws-fixture';

const versions = Object.keys(parameterFamily) as (keyof typeof parameterFamily)[];
const rows = versions.flatMap((version) =>
  parametersOf(version).map((parameter): [string, Parameter] => [`${version} ${parameter.name}`, parameter]),
);

/** Of RDS, or of an extension that the embedded engine doesn't load. */
const foreign: Readonly<Record<string, 'static' | 'dynamic'>> = {
  'rds.force_ssl': 'dynamic',
  'pg_stat_statements.max': 'static',
};
/** Static in the version, while the engine at hand, a newer one, says otherwise. */
const staticThere: Readonly<Record<string, readonly string[]>> = {
  '17.10': ['autovacuum_max_workers'],
};

let settings: ReadonlyMap<string, EngineSetting>;
let major: number;
beforeAll(async () => {
  ({ settings, major } = await engineSettings());
}, 60_000);

test('the engine is the newest major version that environments may ask for', () => {
  expect(Math.max(...versions.map((version) => Number.parseInt(version, 10)))).toBe(major);
});

test.each(rows)('%s exists, and its value fits its type, its unit and its range', (_, parameter) => {
  if (parameter.name in foreign) return;
  const setting = settings.get(parameter.name);
  if (!setting) throw new Error('PostgreSQL knows no such parameter');
  const units: Record<string, string[]> = {
    bool: ['flag'],
    string: ['list'],
    real: ['ratio'],
    integer: ['count'],
  };
  expect(setting.unit ? [setting.unit] : units[setting.vartype]).toContain(parameter.unit);
  if (setting.min_val === null || !/^[\d.]+$/.test(parameter.value)) return;
  expect(Number(parameter.value)).toBeGreaterThanOrEqual(Number(setting.min_val));
  expect(Number(parameter.value)).toBeLessThanOrEqual(Number(setting.max_val));
});

test.each(rows)('%s waits for a restart if it needs one', (row, parameter) => {
  const version = row.split(' ')[0] as string;
  const isStatic =
    settings.get(parameter.name)?.context === 'postmaster' ||
    foreign[parameter.name] === 'static' ||
    staticThere[version]?.includes(parameter.name) === true;
  // RDS doesn't register how a default is applied: anything else would differ in every plan.
  const waits = isStatic || parameter.pinned === true;
  expect(parameter.applyMethod).toBe(waits ? 'pending-reboot' : 'immediate');
});

test.each(versions)('%s names each parameter once, with a reason', (version) => {
  const names = parametersOf(version).map((parameter) => parameter.name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  for (const parameter of parametersOf(version)) expect(parameter.why).toMatch(/^[A-Z].{20,}\.$/);
});

test('each family gets what its major version knows', () => {
  const group = (environment: typeof small) => {
    const { parameter, family } = environmentStacks(environment).data.only('aws_db_parameter_group');
    const values = Object.fromEntries(
      parameter.map((one: Json) => [one.name, [one.value, one.apply_method]]),
    );
    return { family, values };
  };
  const seventeen = group(small);
  const eighteen = group(big as unknown as typeof small);
  expect(seventeen.family).toBe('postgres17');
  expect(seventeen.values).toMatchObject({ autovacuum_max_workers: ['4', 'pending-reboot'] });
  expect(seventeen.values).not.toHaveProperty('autovacuum_vacuum_max_threshold');
  expect(eighteen.family).toBe('postgres18');
  expect(eighteen.values).toMatchObject({
    autovacuum_max_workers: ['4', 'immediate'],
    autovacuum_vacuum_max_threshold: ['1000000', 'immediate'],
    shared_buffers: ['{DBInstanceClassMemory/32768}', 'pending-reboot'],
    'rds.force_ssl': ['1', 'pending-reboot'],
  });
});

test.each([
  ['db.t4g.micro', 1, true],
  ['db.t4g.medium', 4, true],
  ['db.t3.2xlarge', 32, true],
  ['db.m7g.large', 8, false],
  ['db.m6gd.xlarge', 16, false],
  ['db.m7i.12xlarge', 192, false],
  ['db.r8g.large', 16, false],
  ['db.r6i.32xlarge', 1024, false],
])('%s has %s GiB', (name, memoryGiB, burstable) => {
  expect(instanceClass(name)).toEqual({ memoryGiB, burstable });
});

test('a class whose memory is unknown is refused, with what is allowed', () => {
  expect(() => instanceClass('db.x2g.large')).toThrow(
    'must be an RDS instance class of the families t, m or r',
  );
});
