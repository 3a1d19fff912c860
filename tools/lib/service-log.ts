import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { paint } from './terminal';

const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Shows the service's JSON log as one short line each, and keeps it whole in `file`. */
export function printServiceLog(child: ChildProcess, file: Writable): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      console.log(short(line));
    });
  }
}

/** On every line, or too long for one. */
const hidden = new Set(['level', 'time', 'msg', 'role', 'environment', 'version', 'correlationId']);

function short(line: string): string {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    const level = typeof entry.level === 'number' ? (levels[entry.level] ?? 'info') : String(entry.level);
    const clock = new Date(entry.time as string).toISOString().slice(11, 19);
    const details = Object.entries(entry)
      .filter(([key, value]) => !hidden.has(key) && typeof value !== 'object')
      .map(([key, value]) => ` ${key}=${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`);
    const style = level === 'warn' ? 'yellow' : level === 'error' || level === 'fatal' ? 'red' : 'dim';
    return paint(style, `${clock} ${level.padEnd(5)} ${entry.msg}${details.join('')}`);
  } catch {
    return line;
  }
}
