import type { StateDrill } from '../drill';
import { addresses, changeState, planIsEmpty, stacks, versionsOf } from '../state-object';

/** Addresses that the state had. */
let before: readonly string[] = [];

export const terraformStateCorrupted: StateDrill = {
  runbook: 'terraform-state-corrupted',
  fault: 'somebody pushes a state that has lost most of what there is',
  stacks,
  inject: (place) => {
    before = addresses(place);
    place.stepEnv.version = versionsOf(place)[0] ?? '';
    changeState(place, ({ serial, resources, ...rest }) => ({
      ...{ ...rest, serial: serial + 1 },
      resources: resources.slice(0, 5),
    }));
  },
  detected: async (place) => addresses(place).length < before.length,
  steps: [
    { name: 'keep-it', expect: /"resources": 5/ },
    { name: 'versions', expect: /^\S+\t/m },
    { name: 'compare', expect: /^< aws_db_instance/m },
    { name: 'go-back' },
    { name: 'verify', expect: /No changes/ },
  ],
  recovered: async (place) => addresses(place).join() === before.join() && planIsEmpty(place),
};
