import type { Drill, Place } from '../drill';

/** Whether events are taken at all. */
const on = async ({ holdfast }: Place): Promise<boolean> => {
  const flag = JSON.parse(await holdfast('collector', 'flags', 'show', 'ingestion', '--json'));
  return flag.value === true;
};

export const flagGoneWrong: Drill = {
  runbook: 'flag-gone-wrong',
  fault: 'somebody switches the flag "ingestion" off in the wrong environment',
  inject: async ({ holdfast }) => {
    await holdfast('gateway', 'flags', 'disable', 'ingestion', '--reason', 'wrong window', '--yes');
  },
  detected: async (place) => !(await on(place)),
  steps: [
    { name: 'overrides', expect: /ingestion/ },
    { name: 'history', expect: /wrong window/ },
    { name: 'delete-override', expect: /ingestion/ },
    { name: 'verify', expect: /ingestion/ },
  ],
  recovered: on,
};
