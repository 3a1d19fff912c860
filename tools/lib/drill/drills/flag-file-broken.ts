import { renderFlagFile } from '../../../../app/src/contract';
import type { Drill, Place } from '../drill';

/** What the alert looks at. */
const valid = async ({ holdfast }: Place): Promise<boolean> =>
  /flag_file_valid\b.* 1$/m.test(await holdfast('gateway', 'metrics', 'export'));

export const flagFileBroken: Drill = {
  runbook: 'flag-file-broken',
  fault: 'somebody edits the ConfigMap of the flags by hand, and loses its end',
  inject: ({ setFlagFile }) => setFlagFile(JSON.stringify(renderFlagFile({})).slice(0, -100)),
  detected: async (place) => !(await valid(place)),
  steps: [{ name: 'show-reason', expect: /flag file/i }],
  // The step "restore" deploys the app stack, which writes the file again.
  meanwhile: async ({ setFlagFile }) => setFlagFile(JSON.stringify(renderFlagFile({}))),
  recovered: valid,
};
