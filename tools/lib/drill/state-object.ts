import type { StatePlace } from './drill';

/** The stack whose state the runbooks name. */
export const stack = 'prod-data';
/** What has to be there before it. */
export const stacks = ['prod-network', 'prod-cluster', stack] as const;
const key = 'prod/data.tfstate';

const urlOf = ({ stepEnv, bucket }: StatePlace, object = key): string =>
  `${stepEnv.AWS_ENDPOINT_URL}/${bucket}/${object}`;

/** Versions of the state, the newest first. */
export async function versionsOf(place: StatePlace): Promise<string[]> {
  const url = `${place.stepEnv.AWS_ENDPOINT_URL}/${place.bucket}?versions&prefix=${key}`;
  const list = await (await fetch(url)).text();
  return [...list.matchAll(/<Version>.*?<\/Version>/gs)].flatMap(
    ([version]) => (version.includes(`<Key>${key}</Key>`) && /<VersionId>(.*?)</.exec(version)?.[1]) || [],
  );
}

/** Takes all versions away, and with them the state. */
export async function deleteAllVersions(place: StatePlace): Promise<void> {
  for (const version of await versionsOf(place))
    await fetch(`${urlOf(place)}?versionId=${version}`, { method: 'DELETE' });
}

export const readState = async (place: StatePlace): Promise<Record<string, unknown>> =>
  (await fetch(urlOf(place))).json() as Promise<Record<string, unknown>>;

export const writeState = (place: StatePlace, state: Readonly<Record<string, unknown>>) =>
  fetch(urlOf(place), { method: 'PUT', body: JSON.stringify(state) });

/** Puts a lock there, as somebody's Terraform does that never came back. */
export const writeLock = (place: StatePlace, lock: Readonly<Record<string, unknown>>) =>
  fetch(urlOf(place, `${key}.tflock`), { method: 'PUT', body: JSON.stringify(lock) });

/** Addresses in the state; none where there is no state. */
export function addresses({ aws }: StatePlace): string[] {
  const { status, output } = aws.attempt(stack, ['state', 'list']);
  return status === 0
    ? output
        .split('\n')
        .filter((line) => /^[a-z]/.test(line))
        .sort()
    : [];
}

/** Whether a plan has nothing to do. */
export const planIsEmpty = ({ aws }: StatePlace): boolean =>
  aws.attempt(stack, ['plan', '-detailed-exitcode', '-input=false', '-lock-timeout=1s']).status === 0;
