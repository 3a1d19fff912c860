import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import type { RateLimit, RateLimitRule } from '../src/contract';
import type { Cache } from '../src/kernel/cache';
import { MemoryCache } from '../src/kernel/cache';
import { createPublicServer } from '../src/kernel/http';
import { RateLimits } from '../src/kernel/limits';
import { type Bucket, take } from '../src/kernel/limits/bucket';
import { clientOf, normalise } from '../src/kernel/limits/client';
import { policyDefinitions } from '../src/kernel/resilience';
import { noDatabase, startTestKernel, type TestKernel } from './support/kernel';

let service: TestKernel;
beforeAll(async () => {
  service = await startTestKernel({}, noDatabase);
});
afterAll(() => service.close());

describe('a bucket', () => {
  const limits = fc.record({
    perMinute: fc.integer({ min: 1, max: 6000 }),
    burst: fc.integer({ min: 1, max: 100 }),
  });
  const pauses = fc.array(fc.integer({ min: -1000, max: 5000 }), { minLength: 1, maxLength: 200 });

  it('never lets through more than its size and what came back since, whenever the requests come', () => {
    fc.assert(
      fc.property(limits, pauses, (limit, times) => {
        let now = 0;
        let highest = 0;
        let bucket: Bucket | undefined;
        let allowed = 0;
        for (const pause of times) {
          now += pause;
          highest = Math.max(highest, now);
          const result = take(bucket, limit, 1, highest);
          bucket = result.bucket;
          if (result.taken.allowed) allowed += 1;
          expect(result.taken.remaining).toBeLessThanOrEqual(limit.burst);
        }
        expect(allowed).toBeLessThanOrEqual(limit.burst + (highest * limit.perMinute) / 60_000 + 1e-6);
      }),
    );
  });

  it('lets a client through again after exactly the time that it names', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        let bucket: Bucket | undefined;
        let result = take(bucket, limit, 1, 0);
        while (result.taken.allowed) {
          bucket = result.bucket;
          result = take(bucket, limit, 1, 0);
        }
        const { retryAfterSeconds } = result.taken;
        expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
        expect(take(result.bucket, limit, 1, retryAfterSeconds * 1000 + 1).taken.allowed).toBe(true);
      }),
    );
  });

  it('takes nothing away when a clock is set back', () => {
    const limit = { perMinute: 60, burst: 10 };
    const { bucket } = take(undefined, limit, 5, 100_000);
    expect(take(bucket, limit, 1, 0).taken).toMatchObject({ allowed: true, remaining: 4 });
  });
});

describe('the client', () => {
  const request = (forwarded: string | undefined, remoteAddress = '10.0.0.9') =>
    ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }) as unknown as IncomingMessage;

  it.each([
    ['without a proxy: the peer, whatever the header says', '1.2.3.4', 0, '10.0.0.9'],
    ['behind one: what it appended', '6.6.6.6, 1.2.3.4', 1, '1.2.3.4'],
    ['behind two: what the first one appended', '6.6.6.6, 1.2.3.4, 10.0.0.1', 2, '1.2.3.4'],
    ['behind one that says nothing: the peer', undefined, 1, '10.0.0.9'],
    ['behind two with an entry for one: the peer', '1.2.3.4', 2, '10.0.0.9'],
    ['behind one with garbage: the peer', 'x'.repeat(5000), 1, '10.0.0.9'],
  ])('%s', (_, forwarded, proxies, client) => expect(clientOf(request(forwarded), proxies)).toBe(client));

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['not an address', 'unknown'],
  ])('%s is %s', (address, client) => expect(normalise(address)).toBe(client));

  it('is the same for all addresses of one IPv6 network, and another for the next', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const text = (given: number[]) => given.map((group) => group.toString(16)).join(':');
        const client = normalise(text(groups));
        expect(normalise(text([...groups.slice(0, 4), 1, 2, 3, 4]))).toBe(client);
        expect(normalise(text([((groups[0] as number) + 1) % 0x10000, ...groups.slice(1)]))).not.toBe(client);
      }),
    );
  });
});

describe('limits', () => {
  const open: RateLimitRule = { cost: 1, whenUnavailable: 'open' };
  const closed: RateLimitRule = { cost: 1, whenUnavailable: 'closed' };
  function limits(limit: RateLimit, cache: Cache = new MemoryCache(), enabled = () => true) {
    const { log, metrics, resilience } = service.kernel;
    const guard = resilience.guard(`limits-${Math.random()}`, policyDefinitions.rate_limits);
    return new RateLimits({ environment: 'test', limit: () => limit, enabled, cache, guard, log, metrics });
  }

  it('tell each client what is left, and refuse who asks too often with 429, before the body is read', async () => {
    const { kernel, lifecycle } = service;
    const flag = { on: true };
    const rules = limits({ perMinute: 60, burst: 2 }, undefined, () => flag.on);
    const server = await createPublicServer({ ...kernel, lifecycle, limits: rules, trustedProxies: 1 });
    server.post('/v1/events', async () => 'ok');
    server.get('/v1/other', async () => 'ok');
    const post = (client: string, payload: unknown = {}) =>
      server.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { 'x-forwarded-for': client, 'content-type': 'application/json' },
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      });
    const first = await post('1.1.1.1');
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"client";q=60;w=60',
      ratelimit: '"client";r=1;t=1',
    });
    expect((await post('1.1.1.1')).statusCode).toBe(200);
    const refused = await post('1.1.1.1', 'not even JSON');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({ 'retry-after': '1', ratelimit: '"client";r=0;t=2' });
    expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', correlationId: expect.any(String) });
    // Others, and routes without a rule, have nothing to do with it.
    expect((await post('2.2.2.2')).statusCode).toBe(200);
    expect((await server.inject('/v1/other')).headers.ratelimit).toBeUndefined();
    const line = 'holdfast_rate_limit_decisions_total{route="/v1/events",outcome="limited",store="process"}';
    expect(await service.metric(line)).toBe(1);
    flag.on = false;
    const free = await post('1.1.1.1');
    expect([free.statusCode, free.headers.ratelimit]).toEqual([200, undefined]);
  });

  it('hold in the process when the shared store fails, or refuse, as the route’s rule says', async () => {
    const broken = Object.assign(new MemoryCache(), { script: () => Promise.reject(new Error('gone')) });
    const rules = limits({ perMinute: 60, burst: 2 }, broken);
    const allowed = [];
    for (let index = 0; index < 4; index++) allowed.push(!(await rules.decide('r', open, 'a'))?.problem);
    expect(allowed).toEqual([true, true, false, false]);
    const decision = await rules.decide('r', closed, 'b');
    expect(decision?.problem).toMatchObject({ code: 'RATE_LIMITER_UNAVAILABLE' });
  });

  it('do not wait for a store that stalls', async () => {
    const stalled = Object.assign(new MemoryCache(), { script: () => new Promise<never>(() => {}) });
    const rules = limits({ perMinute: 60, burst: 1 }, stalled);
    expect((await rules.decide('r', open, 'a'))?.problem).toBeUndefined();
    expect((await rules.decide('r', open, 'a'))?.problem?.code).toBe('RATE_LIMITED');
  });

  it('remember no more clients than fit, and forget those not seen for longest', async () => {
    const rules = limits({ perMinute: 1, burst: 1 });
    const limited = async (client: string) => (await rules.decide('r', open, client))?.problem !== undefined;
    await limited('first');
    for (let index = 0; index < 19_999; index++) await limited(`client-${index}`);
    expect(await limited('first')).toBe(true);
    await limited('one more');
    expect(await limited('client-0')).toBe(false);
    expect(await limited('first')).toBe(true);
  });
});
