/** Where the scheduled backup of the database runs and who it is there: not beside the service, which comes after it. */
export const dumpsNamespace = 'holdfast-backup';
export const dumps = 'holdfast-backup';
/** Where in the environment's bucket of backups they lie. */
export const dumpsPrefix = 'dumps';
/** The Secret with the keys that they are encrypted with, and the one file in it. */
export const dumpKeys = { secretName: 'holdfast-backup-keys', file: 'keys' } as const;
