import { getHeapStatistics } from 'node:v8';
import { readLimits } from '../../health/cgroup';
import { type Finding, fail, pass, type Subject, warn } from '../types';

/** Last day with security fixes, by major version. */
const endOfLife: Readonly<Record<string, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};
const oldest = [20, 19] as const;

/** Node itself, and the heap that it may use. */
export function runtime({ today }: Subject): Finding[] {
  return [nodeVersion(process.versions.node, today), heap()];
}

export function nodeVersion(version: string, today: Date): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const remedy = 'Use the newest long-term release, as the image does (app/Dockerfile).';
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return fail('node', `${version} is older than ${oldest.join('.')}`, remedy);
  }
  const until = endOfLife[major];
  if (until === undefined) {
    return warn('node', `${version} is no long-term release that Holdfast knows`, remedy);
  }
  if (today.toISOString().slice(0, 10) > until) {
    return warn('node', `${version} has had no security fixes since ${until}`, remedy);
  }
  return pass('node', `${version}, maintained until ${until}`);
}

function heap(): Finding {
  const { memoryBytes } = readLimits();
  const limit = getHeapStatistics().heap_size_limit;
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  if (memoryBytes !== undefined && limit >= memoryBytes) {
    return warn(
      'heap',
      `may grow to ${mebibytes(limit)}, and the container ends at ${mebibytes(memoryBytes)}`,
      `Set NODE_OPTIONS=--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 2 ** 20)}, or raise the memory limit.`,
    );
  }
  return pass('heap', `may grow to ${mebibytes(limit)}`);
}
