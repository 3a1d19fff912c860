/** Licences of what is installed: strict for the image, excepted by name for what builds and tests. */
import { exceptions, licenceProblems } from '../../tools/lib/packages/licences';
import { type Lock, readLock, shipped } from '../../tools/lib/packages/lock';

const lock = readLock();
const withPackage = (path: string, license: string | undefined, more: Lock = {}): Lock => ({
  ...lock,
  ...more,
  [path]: { version: '1.0.0', ...(license === undefined ? {} : { license }) },
});
/** Without the sentences about exceptions that a cut-down lock doesn't need. */
const refused = (changed: Lock) => licenceProblems(changed).filter((text) => !text.includes('any more'));

test('every package may be used where it is, and every exception is needed', () => {
  expect(licenceProblems(lock)).toEqual([]);
});

test('every exception has its reason', () => {
  expect(exceptions.filter(({ reason }) => reason.length < 20)).toEqual([]);
});

test.each([
  ['AGPL-3.0'],
  ['GPL-2.0 OR LGPL-3.0'],
  ['MIT AND GPL-3.0'],
  ['SEE LICENSE IN LICENSE.md'],
  ['UNLICENSED'],
  [undefined],
])('a new package with the licence %s is refused', (license) => {
  expect(refused(withPackage('node_modules/new', license))).toEqual([
    expect.stringMatching(/^new \(node_modules\/new\) in development: /),
  ]);
});

test.each(['MIT', '(GPL-3.0 OR MIT)', 'Apache-2.0 AND MIT'])('a new package with %s is fine', (license) => {
  expect(refused(withPackage('node_modules/new', license))).toEqual([]);
});

test('an exception is for the packages that it names, not for the licence', () => {
  expect(refused(withPackage('node_modules/new', 'MPL-2.0'))).toHaveLength(1);
  expect(refused(withPackage('node_modules/@cdktf/provider-new', 'MPL-2.0'))).toEqual([]);
});

test('what is excepted for development is refused in the image', () => {
  const app = { ...lock['app'], dependencies: { ...lock['app']?.dependencies, 'axe-core': '4.14.1' } };
  expect(refused({ ...lock, app })).toEqual([
    expect.stringMatching(/^axe-core .* in the image, where only permissive licences are: MPL-2\.0/),
  ]);
});

test('the image has what the service needs, found as Node finds it, and nothing of the infrastructure', () => {
  const image = shipped(lock);
  for (const name of ['fastify', 'pg', 'zod', 'pg-pool', 'light-my-request']) {
    expect(image).toContain(`node_modules/${name}`);
  }
  for (const name of ['cdktf', '@cdktf/provider-aws', 'jest', 'typescript', 'fast-check', 'vitepress']) {
    expect(image).not.toContain(`node_modules/${name}`);
  }
  const nested: Lock = {
    app: { dependencies: { a: '1', missing: '1' } },
    'node_modules/a': { dependencies: { b: '2', c: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': {},
    'node_modules/c': { optionalDependencies: { d: '1' } },
    'node_modules/d': {},
    'node_modules/e': {},
  };
  expect([...shipped(nested)].sort()).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/d',
  ]);
});
