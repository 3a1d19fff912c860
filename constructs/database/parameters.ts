export const postgresPort = 5432;

/** Versions that the environments may ask for, with the family of their parameters. */
export type PostgresVersion = '17.10' | '18.4';
export const parameterFamily = {
  '17.10': 'postgres17',
  '18.4': 'postgres18',
} as const satisfies Record<PostgresVersion, string>;

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

/** Where RDS Proxy writes its log; the name is RDS's. */
export const proxyLogGroup = (proxy: string): string => `/aws/rds/proxy/${proxy}`;
