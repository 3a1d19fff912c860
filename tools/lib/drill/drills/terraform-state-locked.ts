import type { StateDrill } from '../drill';
import { planIsEmpty, stack, stacks, writeLock } from '../state-object';

const lock = {
  ID: '11111111-2222-3333-4444-555555555555',
  Operation: 'OperationTypeApply',
  Who: 'ada@build',
  Version: '1.11.4',
  Path: 'prod/data.tfstate',
  Created: '2026-11-21T09:00:00Z',
};

export const terraformStateLocked: StateDrill = {
  runbook: 'terraform-state-locked',
  fault: 'a deployment is cancelled, and its lock stays',
  stacks,
  inject: (place) => {
    place.stepEnv.lock_id = lock.ID;
    writeLock(place, lock);
  },
  detected: async ({ aws }) =>
    /Error acquiring the state lock/.test(aws.attempt(stack, ['plan', '-input=false']).output),
  steps: [
    { name: 'show-lock', expect: /ada@build/ },
    { name: 'unlock', expect: /successfully unlocked/ },
    { name: 'plan', expect: /No changes/ },
    { name: 'verify', expect: /No changes/ },
  ],
  recovered: async (place) => planIsEmpty(place),
};
