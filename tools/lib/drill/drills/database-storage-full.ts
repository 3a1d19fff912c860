import { routes } from '../../../../app/src/contract';
import type { Drill, Place } from '../drill';

/** What a client that writes is told. */
async function refused({ pods }: Place): Promise<boolean> {
  const { method, path } = routes.ingestEvents;
  const url = pods.of('collector')?.process.publicUrl;
  if (!url) return true;
  const body = JSON.stringify({
    events: Array.from({ length: 500 }, (_, n) => ({ name: `filler-${n}`, value: 1 })),
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method, headers, body }).catch(() => undefined);
  return answer?.ok !== true;
}

export const databaseStorageFull: Drill = {
  runbook: 'database-storage-full',
  fault: 'the file system of the database is full',
  diskMiB: 120,
  inject: ({ disk }) => disk?.fill(),
  detected: refused,
  steps: [{ name: 'stop-writing', expect: /holdfast-collector scaled/ }],
  // RDS grows the volume when its limit was raised; where it had stopped, it starts again.
  meanwhile: async ({ disk, postgres, pods }) => {
    disk?.clear();
    await postgres.kill();
    await postgres.restart();
    await pods.scale('collector', 1);
  },
  recovered: async (place) => !(await refused(place)),
};
