import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { DrillResult } from './run';

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** Writes what a drill measured above the runbook's text. */
export function recordInRunbook(file: string, result: DrillResult, today: string): void {
  const measured = {
    'last drill': today,
    detection: seconds(result.detection),
    rto: seconds(result.rto),
    ...(result.interruption === undefined ? {} : { interruption: seconds(result.interruption) }),
    ...(result.lost === undefined ? {} : { lost: `${result.lost} of ${result.acknowledged} events` }),
  };
  const text = readFileSync(file, 'utf8');
  const end = text.indexOf('\n---\n', 4);
  const kept = text
    .slice(4, end)
    .split('\n')
    .filter((line) => !Object.keys(measured).some((key) => line.startsWith(`${key}:`)));
  const lines = [...kept, ...Object.entries(measured).map(([key, value]) => `${key}: ${value}`)];
  writeFileSync(file, `---\n${lines.join('\n')}${text.slice(end)}`);
}

/** Who ran what, with which result: one JSON object a line. */
export const logFile = (): string =>
  join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'holdfast/runbooks.jsonl');

export function log(entry: Readonly<Record<string, unknown>>): void {
  mkdirSync(dirname(logFile()), { recursive: true, mode: 0o700 });
  const who = userInfo().username;
  appendFileSync(logFile(), `${JSON.stringify({ at: new Date().toISOString(), who, ...entry })}\n`, {
    mode: 0o600,
  });
}
