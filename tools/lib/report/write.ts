import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { currentCommit } from '../plan/make-plan';
import type { ReadAndSynthesised } from '../run-synth';
import { collect } from './data';
import { reportPage } from './page';

/** Where the report lies unless somebody wants it elsewhere. */
export const defaultReport = '.holdfast/report.html';

/** Writes the report of a synthesis, and makes its folder. `today`: a day such as 2027-03-27; default: the real one. */
export function writeReport(
  { loaded, synthesis }: ReadAndSynthesised,
  file = defaultReport,
  today = new Date().toISOString().slice(0, 10),
): void {
  const data = collect(loaded, synthesis, { today, commit: currentCommit(), runbooks: 'runbooks' });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, reportPage(data));
}
