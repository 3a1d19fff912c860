import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { components } from '../../../contract';
import { writtenDirectories } from '../../health';
import { readLimits } from '../../health/cgroup';
import type { HealthCheck } from '../../health/check';
import { diskCheck, memoryCheck } from '../../health/checks/resources';
import { type Finding, fail, pass, type Subject, warn, withoutSettings } from '../types';

/** Connections, files and pipes of one busy process. */
const fewestOpenFiles = 4096;

/** Memory, disks, processors and open files. */
export async function resources({ settings }: Subject): Promise<readonly Finding[]> {
  if (!settings) return withoutSettings('resources');
  const directories = writtenDirectories(settings).filter((directory) => existsSync(directory));
  return [
    await asFinding('memory', memoryCheck()),
    await asFinding('disk', diskCheck(directories)),
    processors(),
    openFiles(limitsFile()),
  ];
}

async function asFinding(name: 'memory' | 'disk', check: HealthCheck): Promise<Finding> {
  const { status, cause = 'enough is free' } = await check.check(new AbortController().signal);
  const remedy = `Follow runbooks/${components[name].runbook}.md.`;
  if (status === 'UNHEALTHY') return fail(name, cause, remedy);
  return status === 'DEGRADED' ? warn(name, cause, remedy) : pass(name, cause);
}

function processors(): Finding {
  const quota = readLimits().processors;
  if (quota !== undefined && quota < 0.25) {
    return warn(
      'processors',
      `the quota is ${quota}`,
      'Give the container at least a quarter of a processor.',
    );
  }
  return pass('processors', `${quota ?? availableParallelism()}${quota === undefined ? '' : ' by quota'}`);
}

function limitsFile(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}

export function openFiles(limits: string): Finding {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === undefined) return pass('open files', 'this system does not tell the limit');
  if (soft !== 'unlimited' && Number(soft) < fewestOpenFiles) {
    return warn('open files', `at most ${soft}`, `Raise the limit to ${fewestOpenFiles} (ulimit -n).`);
  }
  return pass('open files', soft === 'unlimited' ? 'unlimited' : `at most ${soft}`);
}
