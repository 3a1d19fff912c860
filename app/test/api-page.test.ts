/** docs/api.md lists the routes that the service really has, and the event as its schema has it: `npm run golden` rewrites both. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { updateMode } from '../../__tests__/support/golden';
import { routes } from '../src/contract';
import { adminPrefix } from '../src/kernel/admin';
import { eventSchema, maximumEvents } from '../src/modules/events/schema';
import { type RunningService, startForCli } from './support/cli';

/** A busy machine takes seconds to open an embedded database. */
jest.setTimeout(30_000);

const page = 'docs/api.md';
const found = new Map<string, 'public' | 'management'>();
const servers: FastifyInstance[] = [];
const collect = (message: unknown) => {
  const server = (message as { fastify: FastifyInstance }).fastify;
  servers.push(server);
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) {
      // Fastify answers HEAD wherever it answers GET.
      if (each !== 'HEAD') found.set(`${each} ${url}`, 'public');
    }
  });
};

let running: RunningService;
beforeAll(async () => {
  subscribe('fastify.initialization', collect);
  running = await startForCli();
  unsubscribe('fastify.initialization', collect);
  for (const server of servers) {
    const address = server.server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const isManagement = port === running.service.ports.management;
    for (const route of found.keys()) {
      const [method, url] = route.split(' ') as [string, string];
      if (isManagement && server.hasRoute({ method: method as 'GET', url })) found.set(route, 'management');
    }
  }
});
afterAll(() => running.close());

const rows = () =>
  [...found]
    .map(([route, port]) => ({ route, port }))
    .sort((a, b) => b.port.localeCompare(a.port) || path(a.route).localeCompare(path(b.route)));
const path = (route: string) => route.split(' ')[1] ?? '';

const routesTable = () =>
  [
    '| port | method | path |',
    '| --- | --- | --- |',
    ...rows().map(({ route, port }) => {
      const [method, url] = route.split(' ');
      return `| ${port} | ${method} | \`${url}\` |`;
    }),
  ].join('\n');

function eventTable(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(eventSchema, { io: 'input' }) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return [
    `Up to ${maximumEvents.toLocaleString('en-US')} events, each:`,
    '',
    '| field | required | must be |',
    '| --- | --- | --- |',
    ...Object.entries(properties).map(
      ([name, { description = '' }]) =>
        `| \`${name}\` | ${required.includes(name) ? 'yes' : 'no'} | ${description} |`,
    ),
  ].join('\n');
}

const filled = (text: string): string =>
  [
    ['routes', routesTable()],
    ['event', eventTable()],
  ].reduce(
    (all, [name, part]) =>
      all?.replace(
        new RegExp(`(<!-- ${name}: begin \\(generated\\) -->\\n).*?(<!-- ${name}: end -->)`, 's'),
        (_all, begin: string, end: string) => `${begin}\n${part}\n\n${end}`,
      ) ?? '',
    text,
  );

it('lists every route that the service registers', () => {
  const text = readFileSync(page, 'utf8');
  if (updateMode() === 'all') writeFileSync(page, filled(text));
  expect(readFileSync(page, 'utf8')).toBe(filled(text));
});

it('says something about each public route of the contract', () => {
  const text = readFileSync(page, 'utf8');
  for (const { method, path: url } of Object.values(routes)) expect(text).toContain(`\`${method} ${url}\``);
});

it('keeps what the command line asks off the public port', () => {
  expect(
    rows().filter(({ route, port }) => port === 'public' && path(route).startsWith(adminPrefix)),
  ).toEqual([]);
  expect(rows().some(({ route }) => path(route).startsWith(adminPrefix))).toBe(true);
});
