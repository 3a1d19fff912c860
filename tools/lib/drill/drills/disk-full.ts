import { type SmallDisk, smallDisk } from '../../../../app/test/support/small-disk';
import type { Drill } from '../drill';

/** What the roles write their temporary files to. */
let disk: SmallDisk | undefined;

export const diskFull: Drill = {
  runbook: 'disk-full',
  fault: 'the file system of temporary files is full',
  beforeStart: async ({ onEnd }) => {
    const own = smallDisk(16);
    disk = own;
    onEnd(() => own.remove());
    return { TMPDIR: own.directory };
  },
  inject: () => disk?.fill(),
  detected: async ({ status }) => (await status('gateway', 'disk')) === 'UNHEALTHY',
  steps: [
    { name: 'show-health', expect: /"name":"disk","status":"UNHEALTHY"/ },
    {
      name: 'replace-pod',
      // What a pod wrote to its emptyDir goes with it.
      instead: async ({ pods }) => {
        disk?.clear();
        for (const { role } of pods.list()) pods.kill(role);
        return 'deleted';
      },
    },
    { name: 'verify', expect: /status="HEALTHY".* 1$/m },
  ],
  recovered: async ({ status }) =>
    (await status('gateway', 'disk')) === 'HEALTHY' && (await status('collector', 'disk')) === 'HEALTHY',
};
