/** The database's disk fills up under writing: refusals that say so, nothing acknowledged is lost, and all goes on by itself. */
import { routes } from '../src/contract';
import { onServers, testEnvironment } from './support/environment';
import { type PostgresServer, startPostgres, startRedis } from './support/servers';
import { eventually, runCli, startProcess } from './support/service-process';
import { maySmallDisk, type SmallDisk, smallDisk } from './support/small-disk';

/** MiB: a new cluster takes about 60 with the smallest log. */
const size = 120;

// Only root may mount a file system with a size of its own.
(maySmallDisk ? describe : describe.skip)('a full disk', () => {
  let disk: SmallDisk;
  let postgres: PostgresServer;
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    disk = smallDisk(size);
    undo.push(() => disk.remove());
    const log = { min_wal_size: '32MB', max_wal_size: '32MB' };
    postgres = await startPostgres(undefined, log, disk.directory);
    undo.push(() => postgres.stop());
  }, 60_000);
  afterAll(async () => {
    for (const each of undo.reverse()) await each();
  });

  it('refuses events with a problem that may be tried again, and takes them when there is room', async () => {
    const redis = await startRedis();
    const environment = testEnvironment(onServers(postgres, redis));
    undo.push(() => Promise.all([redis.stop(), environment.remove()]));
    expect((await runCli(['migrate'], environment.env)).code).toBe(0);
    const [collector, worker] = await Promise.all(
      ['collector', 'worker'].map((role) => startProcess(role, environment.env)),
    );
    if (!collector || !worker) throw new Error('not started');
    undo.push(() => Promise.all([collector.stop(), worker.stop()]));
    await Promise.all([collector.ready(), worker.ready()]);
    let sent = 0;
    let accepted = 0;
    const send = async (): Promise<Response> => {
      sent += 1;
      const events = Array.from({ length: 500 }, (_, index) => ({ name: `disk-${sent}-${index}`, value: 1 }));
      const answer = await fetch(collector.publicUrl + routes.ingestEvents.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ events }),
      });
      if (answer.ok) accepted += events.length;
      return answer;
    };
    expect((await send()).status).toBe(202);

    disk.fill();
    const refused = await eventually(send, (answer) => !answer.ok, 30);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await refused.json()) as Record<string, unknown>;
    expect(refused.status).toBe(503);
    expect(problem).toMatchObject({ code: expect.stringMatching(/^(SYS|EXT|RES)_/) });
    expect(JSON.stringify(problem)).not.toMatch(/could not extend|No space left|stack/);

    disk.clear();
    // PostgreSQL may have stopped over its log: whoever runs it starts it again.
    await postgres.kill();
    await postgres.restart();
    await eventually(send, (answer) => answer.ok, 30);
    const counted = () => Number(postgres.sql('select coalesce(sum(count), 0) from event_aggregates'));
    expect(await eventually(counted, (count) => count >= accepted, 30)).toBe(accepted);
  }, 120_000);
});
