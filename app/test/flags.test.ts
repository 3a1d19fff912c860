import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FlagOverrides, flagFileName, renderFlagFile } from '../src/contract';
import { Flags } from '../src/kernel/flags';
import { createLogger } from '../src/kernel/logging';
import { createMetrics } from '../src/kernel/metrics';
import { logSink } from './support/kernel';
import { eventually } from './support/service-process';

let directory: string;
let flags: Flags | undefined;
let metrics: ReturnType<typeof createMetrics>;
let sink: ReturnType<typeof logSink>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-flags-'));
  metrics = createMetrics();
  sink = logSink();
});
afterEach(() => {
  flags?.stop();
  rmSync(directory, { recursive: true });
});

const write = (content: unknown, into = directory) =>
  writeFileSync(join(into, flagFileName), typeof content === 'string' ? content : JSON.stringify(content));
const file = (overrides: FlagOverrides) => renderFlagFile(overrides);
function open(): Flags {
  const log = createLogger({ HOLDFAST_LOG_LEVEL: 'info', HOLDFAST_ENVIRONMENT: 'test' }, 'all', sink.stream);
  flags = new Flags(directory, log, metrics, 10);
  return flags;
}
const metric = async (line: string) =>
  Number(
    (await metrics.render())
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')
      .at(-1),
  );
const errors = () => metric('holdfast_flag_file_reloads_total{outcome="error"}');
const brokenLines = () =>
  sink.entries.filter((entry) => entry.msg === 'the flag file is broken and is ignored');

it('takes the values of the file, and the defaults where it is silent', () => {
  const { aggregation_batch_limit: _, ...rest } = file({ caching: false }).flags;
  write({ flags: rest });
  const opened = open();
  expect(opened.value('caching')).toBe(false);
  expect(opened.value('ingestion')).toBe(true);
  expect(opened.value('aggregation_batch_limit')).toBe(100);
});

it('evaluates rules, such as a gradual roll-out by time', () => {
  const document = file({});
  const rule = { if: [{ '>': [{ var: '$flagd.timestamp' }, 1_700_000_000] }, 'off', 'on'] };
  write({ flags: { ...document.flags, ingestion: { ...document.flags.ingestion, targeting: rule } } });
  expect(open().value('ingestion')).toBe(false);
});

it('follows the file', async () => {
  write(file({}));
  const opened = open();
  write(file({ caching: false, aggregation_batch_limit: 7 }));
  await eventually(
    () => opened.value('aggregation_batch_limit'),
    (limit) => limit === 7,
  );
  expect(opened.value('caching')).toBe(false);
  expect(await metric('holdfast_flag_file_reloads_total{outcome="ok"}')).toBe(2);
});

it('follows a mounted ConfigMap, which is swapped through the link ..data', async () => {
  const version = (name: string, overrides: FlagOverrides) => {
    mkdirSync(join(directory, name));
    write(file(overrides), join(directory, name));
    symlinkSync(name, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  };
  version('..1', { compression: false });
  symlinkSync(join('..data', flagFileName), join(directory, flagFileName));
  const opened = open();
  // After the first look, so that only a look through the link can tell the difference.
  await sleep(50);
  expect(opened.value('compression')).toBe(false);

  version('..2', { compression: true });
  await eventually(
    () => opened.value('compression'),
    (on) => on,
  );
});

const wrongType = file({});
const brokenFiles: [string, unknown][] = [
  ['invalid JSON', '{'],
  [
    'an invalid schema',
    { flags: { caching: { state: 'SOMETIMES', variants: { on: true }, defaultVariant: 'on' } } },
  ],
  ['no flags', {}],
  [
    'a value of the wrong type',
    {
      flags: {
        ...wrongType.flags,
        caching: { state: 'ENABLED', variants: { on: 'true' }, defaultVariant: 'on' },
      },
    },
  ],
  [
    'a rule that names no variant',
    {
      flags: {
        ...wrongType.flags,
        caching: { ...wrongType.flags.caching, targeting: { if: [true, 'maybe'] } },
      },
    },
  ],
];
it.each(brokenFiles)('keeps the last good file when it gets one with %s, and recovers', async (_, broken) => {
  write(file({ caching: false, ingestion: false }));
  const opened = open();
  write(broken);
  await eventually(errors, (count) => count === 1);
  expect(opened.value('caching')).toBe(false);
  expect(opened.value('ingestion')).toBe(false);
  expect(await metric('holdfast_flag_file_valid')).toBe(0);
  expect(brokenLines()).toMatchObject([{ inForce: 'the last good file', level: 'error' }]);

  write(file({ ingestion: true }));
  await eventually(
    () => opened.value('ingestion'),
    (on) => on,
  );
  expect(await metric('holdfast_flag_file_valid')).toBe(1);
  expect(await errors()).toBe(1);
});

it.each([
  ['broken', '{'],
  ['missing', undefined],
])('starts with the defaults when the file is %s', async (_, content) => {
  if (content) write(content);
  const opened = open();
  expect(opened.value('ingestion')).toBe(true);
  expect(opened.value('compression')).toBe(false);
  expect(await metric('holdfast_flag_file_valid')).toBe(0);
  expect(await errors()).toBe(1);
  expect(brokenLines()).toMatchObject([{ inForce: 'the defaults' }]);
});

it('keeps its flags when the file goes away', async () => {
  write(file({ caching: false }));
  const opened = open();
  unlinkSync(join(directory, flagFileName));
  await eventually(errors, (count) => count === 1);
  expect(opened.value('caching')).toBe(false);
});

it('ignores flags it does not know, and says so', async () => {
  const newer = { state: 'ENABLED', variants: { on: 1 }, defaultVariant: 'on' };
  write({ flags: { ...file({ caching: false }).flags, next_year: newer } });
  const opened = open();
  expect(opened.value('caching')).toBe(false);
  expect(await metric('holdfast_flag_file_valid')).toBe(1);
  expect(sink.entries).toContainEqual(expect.objectContaining({ level: 'warn', flags: ['next_year'] }));
});
