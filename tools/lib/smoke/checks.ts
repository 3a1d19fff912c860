import { setTimeout as sleep } from 'node:timers/promises';
import { managementPaths, probes, routes } from '../../../app/src/contract';

/** Where a running service answers. With the role `all` every URL of a port is the same. */
export interface SmokeTarget {
  /** Management ports, one for each role. */
  readonly management: Readonly<Record<string, string>>;
  /** Public port of whoever takes events. */
  readonly collector: string;
  /** Public port of whoever answers queries and evaluates flags. */
  readonly gateway: string;
}

export interface SmokeOptions {
  /** Version that every role has to say it is. Default: any. */
  readonly version?: string;
  /** Seconds for an event to come back as an aggregate. Default: 30. */
  readonly patienceSeconds?: number;
}

export interface SmokeResult {
  readonly check: string;
  readonly milliseconds: number;
  /** What is wrong; left out where nothing is. */
  readonly problem?: string;
}

/** Milliseconds that one request may take. */
const requestDeadline = 10_000;

/**
 * What has to work before a deployment counts as one: probes, state and version, flags, and an event's whole way through the
 * database. All checks run, so that all that is wrong is told at once. Leaves one aggregate named `smoke-test` behind.
 */
export async function smokeTest(target: SmokeTarget, options: SmokeOptions = {}): Promise<SmokeResult[]> {
  const results: SmokeResult[] = [];
  const check = async (name: string, work: () => Promise<void>) => {
    const started = performance.now();
    const problem = await work().then(
      () => undefined,
      (error: Error) => error.message,
    );
    const milliseconds = performance.now() - started;
    results.push({ check: name, milliseconds, ...(problem === undefined ? {} : { problem }) });
  };
  for (const [role, url] of Object.entries(target.management)) {
    await check(`${role}: probes`, async () => {
      for (const { path } of Object.values(probes)) await answer(url + path);
    });
    await check(`${role}: state`, () => state(url, options.version));
  }
  await check('flags are evaluated', () => flags(target.gateway));
  await check('an event comes back', () => roundTrip(target, options.patienceSeconds ?? 30));
  return results;
}

async function state(url: string, version: string | undefined): Promise<void> {
  const health = (await answer(url + managementPaths.health)) as { state?: string; version?: string };
  // Degraded: a dependency is down; the deployment itself may be fine, but nobody should take it for that.
  if (health.state !== 'running') throw new Error(`the state is ${health.state}, not running`);
  if (version !== undefined && health.version !== version)
    throw new Error(`the version is ${health.version}, not ${version}`);
}

/** Clients' flags, as a browser asks for them. */
async function flags(gateway: string): Promise<void> {
  const { method, path } = routes.evaluateFlags;
  const { flags: all = [] } = (await answer(gateway + path, {
    method,
    body: JSON.stringify({ context: { targetingKey: 'smoke-test' } }),
  })) as { flags?: readonly { key: string; errorCode?: string }[] };
  const broken = all.filter(({ errorCode }) => errorCode !== undefined);
  if (broken.length > 0)
    throw new Error(broken.map(({ key, errorCode }) => `${key} is not evaluated: ${errorCode}`).join('; '));
  if (all.length === 0) throw new Error('no flag was evaluated');
}

async function roundTrip(target: SmokeTarget, patienceSeconds: number): Promise<void> {
  // One name for all runs keeps the number of aggregates small.
  const name = 'smoke-test';
  // The newest hours are enough. A start that moves by a millisecond each time is never answered from the cache.
  let since = Date.now() - 7_200_000;
  const count = () => {
    since += 1;
    return aggregate(target.gateway, name, new Date(since).toISOString());
  };
  const before = await count();
  const { method, path } = routes.ingestEvents;
  const sent = (await answer(target.collector + path, {
    method,
    body: JSON.stringify({ events: [{ name, value: 1 }] }),
  })) as { accepted?: number };
  if (sent.accepted !== 1) throw new Error(`the event was not accepted: ${JSON.stringify(sent)}`);
  const deadline = performance.now() + patienceSeconds * 1000;
  for (;;) {
    if ((await count()) > before) return;
    if (performance.now() > deadline)
      throw new Error(
        `the event was accepted, but not aggregated within ${patienceSeconds} s: is the worker well?`,
      );
    await sleep(500);
  }
}

async function aggregate(gateway: string, name: string, from: string): Promise<number> {
  const { path } = routes.queryAggregates;
  const query = new URLSearchParams({ name, from });
  const { aggregates = [] } = (await answer(`${gateway}${path}?${query}`)) as {
    aggregates?: readonly { count: number }[];
  };
  return aggregates.reduce((sum, { count }) => sum + count, 0);
}

/** The answer's JSON, or its text; throws a sentence where it isn't a good one. */
async function answer(url: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(requestDeadline),
    });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw new Error(`${url} does not answer: ${cause?.code ?? message}`);
  }
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
