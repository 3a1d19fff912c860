import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../../../environments';
import { readAndSynthesise } from '../run-synth';
import { defaultReport, writeReport } from './write';

/** What `npm run report` does. Returns 0, or 1 where synthesis fails, which is told; throws what is wrong with the question. */
export async function reportCommand(args: readonly string[]): Promise<number> {
  const out = parse(args);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
  try {
    const done = readAndSynthesise(load(), join(folder, 'cdktf.out'));
    if (!done) return 1;
    writeReport(done, out);
    console.log(`→ ${out} (${Math.round(statSync(out).size / 1024)} KiB): open it in a browser`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parse(args: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { out: { type: 'string' } } });
    return values.out ?? defaultReport;
  } catch (error) {
    throw new Error(`${(error as Error).message.split('.')[0]}. Use: npm run report [-- --out FILE]`);
  }
}
