import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

const heartbeatMs = 2000;
/** Milliseconds without a heartbeat after which a holder on another machine counts as gone. */
const staleAfterMs = 15_000;

/** Lock files of this process. */
const held = new Set<string>();

/**
 * Makes sure that one process alone uses the directory: two would silently lose each other's rows.
 *
 * @returns gives the directory free
 * @throws StartError when another process holds it
 */
export async function lockDirectory(directory: string): Promise<() => void> {
  const file = join(directory, 'holdfast.lock');
  const mine: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  if (!tryCreate(file, mine)) {
    const holder = readHolder(file);
    if (holder && isAlive(holder, file)) throw inUse(directory, file, holder);
    rmSync(file, { force: true });
    if (!tryCreate(file, mine)) throw inUse(directory, file, readHolder(file));
    // Two processes may have found the same stale lock; the one whose file survived has it.
    await sleep(50);
  }
  const holder = readHolder(file);
  if (holder?.token !== mine.token) throw inUse(directory, file, holder);

  held.add(file);
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Somebody removed the lock by hand; there is nothing to keep fresh.
    }
  }, heartbeatMs);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    held.delete(file);
    if (readHolder(file)?.token === mine.token) rmSync(file, { force: true });
  };
}

function tryCreate(file: string, holder: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder, file: string): boolean {
  if (holder.host === hostname()) {
    // A container restarts with the same host name and process id: then the holder was our predecessor.
    return holder.pid === process.pid ? held.has(file) : processExists(holder.pid);
  }
  return Date.now() - statSync(file).mtimeMs < staleAfterMs;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(directory: string, file: string, holder: Holder | undefined): StartError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return new StartError(
    `The database directory ${directory} is in use by ${who}. Stop that process, or choose another directory ` +
      `(HOLDFAST_DATABASE_DIRECTORY); if it is no Holdfast process, delete ${file}.`,
  );
}
