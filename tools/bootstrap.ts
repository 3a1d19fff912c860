/**
 * `npm run bootstrap -- ACCOUNT [--print]`: makes, or changes, what an account holds once (docs/bootstrap.md). Terraform asks
 * before it does anything; `--print` only says what would be run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../environments';
import { bootstrapPlan, localStateFile } from './lib/bootstrap';
import { defaultOutdir, runSynth } from './lib/run-synth';
import { exitWith, paint, printProblems } from './lib/terminal';

async function bootstrap(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { print: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const loaded = load();
  if (!loaded.ok) {
    printProblems(loaded.problems);
    return 1;
  }
  const account = loaded.accounts.find(({ name }) => name === positionals[0]);
  if (!account) {
    const names = loaded.accounts.map(({ name }) => name).join(', ');
    console.error(
      `${paint('red', 'error')} which account? Use: npm run bootstrap -- ACCOUNT [--print], ACCOUNT one of ${names}`,
    );
    return 2;
  }
  if (!values.print && !runSynth({ table: false })) return 1;
  const { commands, next } = bootstrapPlan(account, existsSync(localStateFile(account)));
  const folder = join(defaultOutdir, 'stacks', `bootstrap-${account.name}`);
  for (const command of commands) {
    const words = [`-chdir=${folder}`, ...command];
    console.log(paint('dim', `$ terraform ${words.join(' ')}`));
    if (values.print) continue;
    const { status, error } = spawnSync('terraform', words, { stdio: 'inherit' });
    if (error)
      throw new Error(`Terraform can't be run: ${error.message}; npm run doctor says which is needed`);
    if (status !== 0) return status ?? 1;
  }
  if (next) console.log(next);
  return 0;
}

exitWith(bootstrap(process.argv.slice(2)));
