/**
 * `node --import tsx tools/bench/flags.ts`: what one evaluation of a flag costs in the process, beside flagd's bare
 * evaluator in the same run. Nothing passes or fails here.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// biome-ignore lint/correctness/noUndeclaredDependencies: the service's own, measured beside it
import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import { flagFileName, renderFlagFile } from '../../app/src/contract';
import { Flags } from '../../app/src/kernel/flags';
import { createLogger } from '../../app/src/kernel/logging';
import { createMetrics } from '../../app/src/kernel/metrics';
import { table } from '../lib/terminal';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const rounds = 5;
const calls = 1_000_000;

/** Median nanoseconds of a call. */
function nanoseconds(work: () => unknown): number {
  const measured = Array.from({ length: rounds + 1 }, () => {
    const started = process.hrtime.bigint();
    for (let call = 0; call < calls; call += 1) work();
    return Number(process.hrtime.bigint() - started) / calls;
  });
  // The first round warms up.
  return measured.slice(1).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

const file = JSON.stringify(renderFlagFile({ beta_ui: { strategy: 'USERS', users: ['user-1', 'user-2'] } }));
const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
writeFileSync(join(directory, flagFileName), file);
const log = createLogger({ HOLDFAST_LOG_LEVEL: 'fatal', HOLDFAST_ENVIRONMENT: 'bench' }, 'all');
const flags = new Flags(directory, log, createMetrics());
const storage = new MemoryStorage(silent);
storage.setConfigurations(file, true);
const core = new FlagdCore(storage, silent);
const user = { targetingKey: 'user-2', groups: ['staff'] };

const rows = (
  [
    [
      'the same for everybody',
      () => flags.value('caching'),
      () => core.resolve('boolean', 'caching', true, {}, silent),
    ],
    [
      'listed users',
      () => flags.value('beta_ui', user),
      () => core.resolve('boolean', 'beta_ui', false, user, silent),
    ],
    [
      'a share of the keys',
      () => flags.value('mfa_enforcement', user),
      () => core.resolve('boolean', 'mfa_enforcement', false, user, silent),
    ],
    [
      'a share with a prerequisite',
      () => flags.value('ai_suggestions', user),
      () => core.resolve('boolean', 'ai_suggestions', false, user, silent),
    ],
  ] as const
).map(([name, ours, bare]) => {
  const [mine, theirs] = [nanoseconds(ours), nanoseconds(bare)];
  return [name, `${mine.toFixed(0)} ns`, `${theirs.toFixed(0)} ns`, (mine / theirs).toFixed(2)];
});
console.log(`Node ${process.version}, median of ${rounds} runs of ${calls} calls\n`);
console.log(table(['', 'Flags.value', 'flagd-core alone', 'ratio'], rows));
flags.stop();
rmSync(directory, { recursive: true });
