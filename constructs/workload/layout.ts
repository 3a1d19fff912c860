import { generatedSecretKeys, type SecretSettingKey } from '../../app/src/contract';

/** User and group of the image; files in volumes belong to the group. */
export const userId = '10001';

/** Where things lie in the container. The root file system is read-only: whatever is written has its own volume. */
export const paths = {
  flags: '/etc/holdfast/flags',
  secrets: '/var/run/holdfast/secrets',
  /** The embedded database keeps its files in a directory below, which it makes itself. */
  data: '/var/lib/holdfast',
  temporary: '/tmp',
} as const;
export const databaseDirectory = `${paths.data}/database`;

/** Names that pods refer to objects by. Literal, so that a pod can be understood from the synthesised files alone. */
export const objectNames = {
  settings: 'holdfast-settings',
  flags: 'holdfast-flags',
  serviceSecret: 'holdfast-service',
  ownerSecret: 'holdfast-database-owner',
  sentrySecret: 'holdfast-sentry',
  databaseClaim: 'holdfast-database',
} as const;

/** A Secret and the settings in it; each becomes a file named like the setting. */
export interface MountedSecret {
  readonly secretName: string;
  readonly keys: readonly SecretSettingKey[];
}
export const serviceSecret: MountedSecret = {
  secretName: objectNames.serviceSecret,
  keys: generatedSecretKeys,
};
export const ownerSecret: MountedSecret = {
  secretName: objectNames.ownerSecret,
  keys: ['HOLDFAST_DATABASE_PASSWORD'],
};
/** Filled by a person, where errors are reported to Sentry. */
export const sentrySecret: MountedSecret = {
  secretName: objectNames.sentrySecret,
  keys: ['HOLDFAST_SENTRY_DSN'],
};
