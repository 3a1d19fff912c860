import { readFileSync, writeFileSync } from 'node:fs';
import { readRunbook } from '../../runbook/runbook';
import type { StateDrill } from '../drill';
import { addresses, deleteAllVersions, planIsEmpty, stacks, versionsOf } from '../state-object';
import { runStep } from '../steps';

/** Addresses that the state had. */
let before: readonly string[] = [];

export const terraformStateLost: StateDrill = {
  runbook: 'terraform-state-lost',
  fault: 'the state of a stack is deleted, with every version of it',
  stacks,
  // As after each deployment.
  prepare: async (place) => {
    before = addresses(place);
    const keep = readRunbook('runbooks', 'terraform-state-lost').runbook?.steps.find(
      ({ name }) => name === 'keep-index',
    );
    const { code, output } = await runStep(keep?.script ?? 'false', place.stepEnv, place.directory);
    if (code !== 0) throw new Error(`step keep-index fails: ${output}`);
  },
  inject: deleteAllVersions,
  detected: async (place) => addresses(place).length === 0 && versionsOf(place).length === 0,
  // Permissions of functions, which the index leaves out: people delete the old ones by hand.
  meanwhile: async ({ aws }) => {
    const account = aws.environment.AWS_STANDIN_STATE as string;
    const cloud = JSON.parse(readFileSync(account, 'utf8'));
    cloud.Items = cloud.Items.filter(({ Type }: { Type: string }) => Type !== 'aws_lambda_permission');
    writeFileSync(account, JSON.stringify(cloud));
  },
  steps: [
    { name: 'where-is-it', expect: /null|\[\]/ },
    { name: 'prepare', expect: /initialized/ },
    { name: 'import-plan', expect: /Plan: \d+ to import, \d+ to add, \d+ to change, 0 to destroy/ },
    { name: 'import-apply', expect: /Apply complete! Resources: \d+ imported/ },
    { name: 'verify', expect: /No changes/ },
    { name: 'verify-outputs', expect: /holdfast-prod/ },
  ],
  recovered: async (place) => addresses(place).join() === before.join() && planIsEmpty(place),
};
