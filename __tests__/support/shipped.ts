import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from '../../environments';
import type { Deployment, NamedAccount } from '../../environments/load';
import { isAws } from '../../environments/load';
import { type Synthesis, synthesise } from '../../tools/lib/synthesise';

export interface Loaded {
  readonly accounts: readonly NamedAccount[];
  readonly deployments: readonly Deployment[];
}

/** The tests' own day. */
export const today = '2026-11-21';

/** The environments as they stand in environments/. */
export function loaded(day = today): Loaded {
  const result = load(day);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result;
}

/** The stand-ins' own account: what the repository ships are examples that plan refuses. */
export const testAccountId = '123456789012';

/** The same environments in an account that may be planned against. */
export function deployable({ accounts, deployments }: Loaded): Loaded {
  const real = (account: NamedAccount): NamedAccount => ({ ...account, id: testAccountId, isExample: false });
  return {
    accounts: accounts.map(real),
    deployments: deployments.map((d) => (isAws(d) ? { ...d, account: real(d.account) } : d)),
  };
}

/** Synthesises into a folder of its own, and returns it with the result. */
export function synthesiseForTest(what: Loaded): Synthesis & { readonly outdir: string } {
  const outdir = join(mkdtempSync(join(tmpdir(), 'holdfast-synth-')), 'cdktf.out');
  return { ...synthesise(what, { outdir }), outdir };
}

export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
