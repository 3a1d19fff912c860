/** Name of the function that makes the service's keys. */
export const serviceRotationName = (environment: string): string => `holdfast-${environment}-rotation`;

/** Name of the function that makes Grafana's password. */
export const grafanaRotationName = (environment: string): string =>
  `holdfast-${environment}-grafana-rotation`;

/** Alias, without `alias/`, of the key in recoveryRegion that copies of backups and secrets are encrypted with. */
export const copiesKeyAlias = (environment: string): string => `holdfast-${environment}-recovery`;
