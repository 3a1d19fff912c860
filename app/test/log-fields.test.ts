import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogField, type LogFieldKind, logFields } from '../src/contract';
import { createPublicServer } from '../src/kernel/http';
import { aggregation } from '../src/modules/events';
import { startService } from '../src/roles';
import { testEnvironment, unreachable } from './support/environment';
import { logSink, startTestKernel } from './support/kernel';
import { eventually } from './support/service-process';

type Line = Record<string, unknown>;

/** What a client sends who traces its requests. */
const headers = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'x-correlation-id': 'from-the-client',
};

/** Lines of a batch that comes in and is counted, and of a request that fails through a defect. */
async function linesOfRequests(): Promise<Line[]> {
  const { kernel, lifecycle, server, log, close } = await startTestKernel();
  await server.inject({ method: 'POST', url: '/v1/events', headers, payload: { events: [{ name: 'a' }] } });
  const worker = aggregation(kernel);
  worker.start?.();
  await eventually(
    () => log.entries,
    (lines) => lines.some(({ correlationIds }) => correlationIds !== undefined),
  );
  await worker.stop?.();
  const broken = await createPublicServer({ ...kernel, lifecycle });
  broken.get('/v1/test', async () => {
    throw new Error('a defect');
  });
  await broken.inject({ method: 'GET', url: '/v1/test', headers });
  await broken.close();
  await close();
  return log.entries;
}

/** Lines of a role that starts without its dependencies, and of a change through its admin API. */
async function linesOfRole(): Promise<Line[]> {
  const environment = testEnvironment(await unreachable());
  const token = 't'.repeat(64);
  const tokenFile = join(environment.directory, 'token');
  writeFileSync(tokenFile, token);
  const { stream, entries } = logSink();
  const service = await startService(
    'gateway',
    { ...environment.env, HOLDFAST_MANAGEMENT_TOKEN_FILE: tokenFile },
    { ports: { public: 0, management: 0 }, logDestination: stream, pollMs: 20 },
  );
  try {
    await fetch(`http://127.0.0.1:${service.ports.management}/admin/v1/system/undrain`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    await eventually(
      () => entries,
      (lines) =>
        lines.some(({ audit }) => audit) && lines.some(({ component, status }) => component && status),
    );
  } finally {
    await service.shutdown();
    environment.remove();
  }
  return entries;
}

const memberOf = (line: Line, path: string): unknown =>
  path.split('.').reduce<unknown>((object, name) => (object as Line | undefined)?.[name], line);

const fits: Readonly<Record<LogFieldKind, (value: unknown) => boolean>> = {
  word: (value) => [value].flat().every((one) => ['string', 'number'].includes(typeof one)),
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
};

describe('fields of log lines', () => {
  let lines: Line[];
  beforeAll(async () => {
    lines = [...(await linesOfRequests()), ...(await linesOfRole())];
  }, 30_000);

  it.each(Object.entries(logFields))('%s is written by the service, as a %s', (name, kind) => {
    const values = lines.map((line) => memberOf(line, name)).filter((value) => value !== undefined);
    expect(values).not.toEqual([]);
    expect(values.filter((value) => !fits[kind](value))).toEqual([]);
  });

  it('are all that is in the line of a request: nothing about it is left unsearchable', () => {
    const [request] = lines.filter(({ msg, route }) => msg === 'request' && route === '/v1/events') as [Line];
    const process = ['pid', 'hostname', 'reqId'];
    const known = [...Object.keys(logFields), ...process] as readonly (LogField | string)[];
    expect(Object.keys(request).filter((name) => !known.includes(name))).toEqual([]);
    expect(request).toMatchObject({ correlationId: 'from-the-client', traceId: expect.any(String) });
  });
});
