import { pino } from 'pino';
import { cacheUser, components, type Settings } from '../../../contract';
import { type Cache, openValkey } from '../../cache';
import { causeOf } from '../../health/clock';
import { type Finding, fail, pass, type Subject, withoutSettings } from '../types';

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
  const started = performance.now();
  try {
    await opened.check();
  } catch (error) {
    return [fail('connection', `${address}: ${causeOf(error)}`, `Follow ${runbook}.`)];
  }
  const milliseconds = Math.round(performance.now() - started);
  const memory = await opened.memory?.();
  const used = memory ? `, holds ${Math.round(memory.usedBytes / 2 ** 20)} MiB` : '';
  return [pass('connection', `${address} answers after ${milliseconds} ms${used}`)];
}
