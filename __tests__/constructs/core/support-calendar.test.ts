import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  expired,
  kubernetesInUse,
  postgresInUse,
  type SupportWaiver,
  supportWarning,
} from '../../../constructs/core/support-calendar';
import { expiredVersions } from '../../../stacks/props';
import { synthesise } from '../../../tools/lib/synthesise';
import { remove } from '../../support/shipped';
import { account, deployment, small } from '../aws-fixture';

const kubernetes = kubernetesInUse('1.35');
const waiver: SupportWaiver = {
  product: 'Kubernetes',
  version: '1.35',
  reason: 'the agent of our vendor is late',
  until: '2027-06-30',
};

test.each([
  ['2026-12-26', undefined],
  [
    '2026-12-27',
    /^Kubernetes 1\.35 leaves standard support \(90 days left, until 2027-03-27\): raise cluster/,
  ],
  ['2027-03-26', /\(1 day left, until 2027-03-27\)/],
  ['2027-03-27', /\(today is the last day\)/],
  ['2027-03-28', /^EXPIRED: .* for 1 day, since 2027-03-27: raise cluster\.version .*, now\. .*give waivers/],
])('on %s a version that ends on 2027-03-27 brings %s', (today, expected) => {
  const warning = supportWarning(kubernetes, [], today);
  if (expected) expect(warning).toMatch(expected);
  else expect(warning).toBeUndefined();
});

test('what plan and release refuse is what is past its last day', () => {
  const uses = [kubernetes, postgresInUse('17.10'), postgresInUse('18.4')];
  expect(expired(uses, [], '2027-03-27')).toEqual([]);
  expect(expired(uses, [], '2027-03-28')).toEqual([kubernetes]);
  expect(expired(uses, [], '2030-03-01').map((use) => use.version)).toEqual(['1.35', '17']);
});

test('a waiver counts until its own day, for its own version, and is shown with its reason', () => {
  expect(expired([kubernetes], [waiver], '2027-06-30')).toEqual([]);
  expect(expired([kubernetes], [waiver], '2027-07-01')).toEqual([kubernetes]);
  expect(expired([kubernetesInUse('1.34')], [waiver], '2027-06-30')).toHaveLength(1);
  expect(expired([kubernetes], [{ ...waiver, product: 'PostgreSQL' }], '2027-06-30')).toHaveLength(1);
  expect(supportWarning(kubernetes, [waiver], '2027-06-30')).toBe(
    'Kubernetes 1.35 has been out of standard support for 95 days, since 2027-03-27; waived until 2027-06-30: the agent of our vendor is late',
  );
  expect(supportWarning(kubernetes, [waiver], '2027-07-01')).toMatch(/^EXPIRED: /);
});

test('synthesis says it where the version is in use, and still writes everything', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-support-'));
  const on = (day: string, waivers: SupportWaiver[] = []) => deployment({ ...small, waivers }, day);
  const warnings = (day: string, waivers: SupportWaiver[] = []) =>
    synthesise(
      { accounts: [account], deployments: [on(day, waivers)] },
      { outdir: join(folder, 'cdktf.out') },
    ).warnings;
  expect(warnings('2026-11-21')).toEqual([]);
  expect(warnings('2027-02-01')).toEqual([
    expect.stringMatching(/^abcdefghij-cluster\/control-plane: Kubernetes 1\.35 leaves/),
  ]);
  expect(warnings('2030-03-01', [waiver])).toEqual([
    expect.stringMatching(/^abcdefghij-cluster\/control-plane: EXPIRED: Kubernetes 1\.35/),
    expect.stringMatching(/^abcdefghij-data\/database: EXPIRED: PostgreSQL 17 /),
  ]);
  expect(expiredVersions(on('2027-03-28')).map((use) => use.product)).toEqual(['Kubernetes']);
  expect(expiredVersions(on('2027-03-28', [waiver]))).toEqual([]);
  remove(folder);
});
