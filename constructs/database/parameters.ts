export const postgresPort = 5432;

/** Versions that the environments may ask for, with the family of their parameters. */
export type PostgresVersion = '17.10' | '18.4';
export const parameterFamily: Readonly<Record<PostgresVersion, string>> = {
  '17.10': 'postgres17',
  '18.4': 'postgres18',
};

interface Parameter {
  readonly name: string;
  readonly value: string;
  /** A static parameter takes effect with the next restart. */
  readonly applyMethod: 'immediate' | 'pending-reboot';
}

/** What differs from RDS's own defaults, or must not come to differ. */
export const parameters: readonly Parameter[] = [
  // A connection without TLS is refused.
  { name: 'rds.force_ssl', value: '1', applyMethod: 'immediate' },
  { name: 'shared_preload_libraries', value: 'pg_stat_statements', applyMethod: 'pending-reboot' },
  // Milliseconds; the service promises 250 for a query.
  { name: 'log_min_duration_statement', value: '500', applyMethod: 'immediate' },
  { name: 'log_lock_waits', value: '1', applyMethod: 'immediate' },
  // A client that hangs within a transaction keeps its locks, and vacuum from working. Milliseconds.
  { name: 'idle_in_transaction_session_timeout', value: '60000', applyMethod: 'immediate' },
];

/** Logs that RDS hands to CloudWatch. */
export const exportedLogs = ['postgresql', 'upgrade'] as const;

/** Identifiers of the primary and of its replicas. */
export const instanceNames = (
  name: string,
  readReplicas: number,
): { readonly primary: string; readonly replicas: readonly string[] } => ({
  primary: name,
  replicas: Array.from({ length: readReplicas }, (_, index) => `${name}-replica-${index + 1}`),
});

/** Where RDS writes an instance's logs; the names are RDS's. */
export const instanceLogGroups = (instance: string) =>
  [`/aws/rds/instance/${instance}/postgresql`, `/aws/rds/instance/${instance}/upgrade`] as const;
