/**
 * Why an instance can't be changed by a blue/green update, in which RDS changes a copy and swaps the two in under a minute
 * instead of stopping the database for as long as the change takes. Nothing: it can.
 *
 * Sources, read 2026-11-21 in stored copies: RDS guide, "Limitations for blue/green deployments" and "Password management
 * with Amazon RDS and AWS Secrets Manager" (no password that RDS manages); "Using RDS Proxy with Blue/Green Deployments"
 * (since April 2026 a proxy is no obstacle, for RDS for PostgreSQL too); Terraform's aws_db_instance, `blue_green_update`
 * (no replicas: RDS would replace them without Terraform's knowing). A replica in another region is one as well; what has
 * such a one has one of its own region, too, because production must (environments/rules.ts).
 */
export function whyNoBlueGreen(database: {
  readonly managedPassword: boolean;
  readonly readReplicas: number;
}): string | undefined {
  if (database.readReplicas > 0) return 'Terraform can’t do it to an instance that has read replicas';
  if (database.managedPassword) {
    return 'RDS can’t do it while it manages the owner’s password; database.ownerPasswordVersion: 1 makes that Terraform’s';
  }
  return undefined;
}
