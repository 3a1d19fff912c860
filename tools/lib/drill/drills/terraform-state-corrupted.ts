import type { StateDrill } from '../drill';
import { addresses, planIsEmpty, readState, stacks, versionsOf, writeState } from '../state-object';

/** Addresses that the state had. */
let before: readonly string[] = [];

export const terraformStateCorrupted: StateDrill = {
  runbook: 'terraform-state-corrupted',
  fault: 'somebody pushes a state that has lost most of what there is',
  stacks,
  inject: async (place) => {
    before = addresses(place);
    place.stepEnv.version = (await versionsOf(place))[0] ?? '';
    const state = await readState(place);
    const resources = (state.resources as unknown[]).slice(0, 5);
    await writeState(place, { ...state, serial: Number(state.serial) + 1, resources });
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
