import { pino } from 'pino';
import { cacheUser, components, type Settings } from '../../../contract';
import { type Cache, openValkey } from '../../cache';
import { type Finding, pass, type Subject, withoutSettings } from '../types';
import { connection } from './connection';

const runbook = `runbooks/${components.cache.runbook}.md`;

/** The cache answers. */
export async function cache({ context, settings, role }: Subject): Promise<readonly Finding[]> {
  if (!settings) return withoutSettings('cache');
  if (settings.HOLDFAST_CACHE_ENGINE === 'memory') return [pass('engine', 'inside the process')];
  const address = `${settings.HOLDFAST_CACHE_HOST}:${settings.HOLDFAST_CACHE_PORT}`;
  if (context.service) return look(context.service.cache, address);
  const user = cacheUser(role, settings.HOLDFAST_ENVIRONMENT);
  const opened = open(settings, user);
  try {
    return await look(opened, `${address} as ${user}`);
  } finally {
    await opened.close();
  }
}

function open(settings: Settings, user: string): Cache {
  return openValkey({
    settings,
    user,
    password: () => settings.HOLDFAST_CACHE_PASSWORD,
    log: pino({ level: 'silent' }),
  });
}

async function look(opened: Cache, address: string): Promise<Finding[]> {
  const answer = await connection(opened, address, runbook);
  if (answer.verdict === 'fail') return [answer];
  const memory = await opened.memory?.();
  return memory ? [answer, pass('memory', `holds ${Math.round(memory.usedBytes / 2 ** 20)} MiB`)] : [answer];
}
