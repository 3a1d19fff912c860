import { Agent, request } from 'node:http';
import { routes } from '../../../../app/src/contract';
import type { Drill, Place } from '../drill';

/** Another client than the drill's own: Linux has all of 127.0.0.0/8. */
const elsewhere = '127.0.0.2';
/** What became of the newest requests of the client that takes too much. */
let refused = 0;
let answered = 0;

/** One request. @returns its status, 0 where none came */
function ask({ pods }: Place, agent: Agent): Promise<number> {
  const url = pods.of('collector')?.process.publicUrl;
  const { method, path } = routes.ingestEvents;
  if (!url) return Promise.resolve(0);
  return new Promise((done) => {
    const options = {
      agent,
      method,
      localAddress: elsewhere,
      headers: { 'content-type': 'application/json' },
    };
    const asked = request(url + path, options, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
    });
    asked.once('error', () => done(0));
    asked.end('{"events":[{"name":"noise","value":1}]}');
  });
}

export const noisyTenant: Drill = {
  runbook: 'noisy-tenant',
  fault: 'somebody has switched the limits off, and one client sends as fast as it can',
  env: { HOLDFAST_RATE_LIMIT_PER_MINUTE: '3000', HOLDFAST_RATE_LIMIT_BURST: '100' },
  prepare: async ({ holdfast }) => {
    await holdfast('gateway', 'flags', 'disable', 'rate_limiting', '--reason', 'drill', '--yes');
  },
  inject: (place) => {
    refused = 0;
    answered = 0;
    let over = false;
    const agent = new Agent({ keepAlive: true });
    const send = async () => {
      while (!over) {
        const status = await ask(place, agent);
        if (status === 429) refused += 1;
        else if (status > 0) answered += 1;
      }
    };
    const senders = [1, 2, 3, 4].map(send);
    place.onEnd(async () => {
      over = true;
      agent.destroy();
      await Promise.all(senders);
    });
  },
  // More than the limit would let through in all, and nobody was refused.
  detected: async () => answered > 300 && refused === 0,
  steps: [
    { name: 'limits', expect: /holdfast_rate_limit_decisions_total|no / },
    { name: 'limits-on', expect: /rate_limiting/ },
    { name: 'verify', expect: /HEALTHY/ },
  ],
  // The one is refused; the drill's own client, below the limit, is not: else its events would not come back.
  recovered: async ({ writer }) => {
    if (refused < 50) return false;
    const before = writer.last;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return writer.last > before + 3;
  },
};
