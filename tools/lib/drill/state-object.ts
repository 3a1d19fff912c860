import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatePlace } from './drill';

/** The stack whose state the runbooks name. */
export const stack = 'prod-data';
/** What has to be there before it. */
export const stacks = ['prod-network', 'prod-cluster', stack] as const;
const key = 'prod/data.tfstate';

type Calling = Pick<StatePlace, 'stepEnv' | 'bucket'>;

/** Asks S3. @returns what it answered @throws what it said when it refused */
function s3({ stepEnv, bucket }: Calling, operation: string, ...args: string[]): string {
  const command = ['s3api', operation, '--bucket', bucket, ...args];
  return execFileSync('aws', command, { env: stepEnv, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Keeps each version of what is written from now on, as the bucket of the state does. */
export const keepVersions = (place: Calling): string =>
  s3(place, 'put-bucket-versioning', '--versioning-configuration', 'Status=Enabled');

/** Versions of the state, the newest first. */
export function versionsOf(place: Calling): string[] {
  const answer = JSON.parse(s3(place, 'list-object-versions', '--prefix', key, '--output', 'json') || '{}');
  const { Versions = [] } = answer as { Versions?: { Key: string; VersionId: string }[] };
  return Versions.filter((each) => each.Key === key).map(({ VersionId }) => VersionId);
}

/** Takes all versions away, and with them the state. */
export function deleteAllVersions(place: Calling): void {
  for (const version of versionsOf(place)) s3(place, 'delete-object', '--key', key, '--version-id', version);
}

/** Replaces the state by what `change` makes of it, past Terraform. */
export function changeState(
  place: StatePlace,
  change: (state: { serial: number; resources: unknown[] }) => object,
): void {
  const file = join(place.directory, 'state.json');
  s3(place, 'get-object', '--key', key, file);
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
  s3(place, 'put-object', '--key', key, '--body', file);
  rmSync(file);
}

/** Puts a lock there, as somebody's Terraform does that never came back. */
export function writeLock(place: StatePlace, lock: object): void {
  const file = join(place.directory, 'lock.json');
  writeFileSync(file, JSON.stringify(lock));
  s3(place, 'put-object', '--key', `${key}.tflock`, '--body', file);
}

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
