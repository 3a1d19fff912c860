import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';

/** 2027-03-27: a day in UTC. Text, so that days are compared as they are written and no time zone moves them. */
export type Day = string;

/**
 * Last day of AWS's standard support, by minor version of Kubernetes and major version of PostgreSQL. Afterwards EKS
 * upgrades the cluster by itself (`upgrade_policy` asks for that), RDS charges each vCPU for extended support.
 *
 * Sources, read 2026-11-21: "Amazon EKS Kubernetes release calendar" in stored copies. PostgreSQL 17 and 18 as of AWS's
 * "Aurora PostgreSQL release calendar", quoted word for word in a copy of 2026-09-16; its dates for 11 and 12 are those
 * that AWS announced for RDS as well (2024-02-29, 2025-02-28: RDS guide, "Amazon RDS Extended Support charges"): the last
 * day of the February after the community's last release, which is the rule behind 15 and 16 here too. "Release calendars
 * for Amazon RDS for PostgreSQL" itself was in no stored copy. `aws eks describe-cluster-versions` and
 * `aws rds describe-db-major-engine-versions --engine postgres` say the same, and what has been prolonged since.
 */
const standardSupportUntil = {
  Kubernetes: { '1.34': '2026-12-02', '1.35': '2027-03-27', '1.36': '2027-08-02' },
  PostgreSQL: { '15': '2028-02-29', '16': '2029-02-28', '17': '2030-02-28', '18': '2031-02-28' },
} as const;
type Calendar = typeof standardSupportUntil;
export type SupportedProduct = keyof Calendar;

/** A version that runs somewhere, with what has to be done about it in the end. */
export interface VersionInUse {
  readonly product: SupportedProduct;
  /** As in the calendar: a minor version of Kubernetes, a major version of PostgreSQL. */
  readonly version: string;
  readonly until: Day;
  /** What a person does about it. */
  readonly remedy: string;
  /** What AWS does when nobody does anything. */
  readonly otherwise: string;
}

/** Why a version may run past its support, and how long. */
export interface SupportWaiver {
  readonly product: SupportedProduct;
  readonly version: string;
  readonly reason: string;
  /** Last day on which it counts. */
  readonly until: Day;
}

/** Takes only versions that the calendar knows: one more in the schema is a compile error until its row is there. */
export const kubernetesInUse = (version: keyof Calendar['Kubernetes']): VersionInUse => ({
  product: 'Kubernetes',
  version,
  until: standardSupportUntil.Kubernetes[version],
  remedy: 'raise cluster.version by one minor version, deploy, and go on until it is supported',
  otherwise: 'EKS upgrades the control plane by itself, at a moment of its own choosing',
});

/** The same for a full version of PostgreSQL such as 18.4. */
export const postgresInUse = (version: `${keyof Calendar['PostgreSQL']}.${number}`): VersionInUse => {
  const major = version.replace(/\..*$/, '') as keyof Calendar['PostgreSQL'];
  return {
    product: 'PostgreSQL',
    version: major,
    until: standardSupportUntil.PostgreSQL[major],
    remedy: 'raise database.engineVersion, which stops the database for minutes',
    otherwise: 'RDS charges every vCPU for extended support, by the hour',
  };
};

/** Days before the end from which it is spoken of: enough for an upgrade in every environment, one after the other. */
const noticeDays = 90;

/** What synthesis says about a version on a day; nothing while its end is far away. */
export function supportWarning(
  use: VersionInUse,
  waivers: readonly SupportWaiver[],
  today: Day,
): string | undefined {
  const left = daysBetween(today, use.until);
  if (left > noticeDays) return undefined;
  const what = `${use.product} ${use.version}`;
  if (left >= 0) {
    const when = left === 0 ? 'today is the last day' : `${count(left)} left, until ${use.until}`;
    return `${what} leaves standard support (${when}): ${use.remedy}. Otherwise ${use.otherwise}.`;
  }
  const past = `${what} has been out of standard support for ${count(-left)}, since ${use.until}`;
  const waiver = waiverOf(use, waivers, today);
  return waiver
    ? `${past}; waived until ${waiver.until}: ${waiver.reason}`
    : `EXPIRED: ${past}: ${use.remedy}, now. Meanwhile ${use.otherwise}. To keep it for a while, give waivers a reason and a day.`;
}

/**
 * What is out of support and not waived. For plan and release alone: synthesis and tests only warn, so that no
 * morning's build fails on yesterday's code; `destroy` doesn't ask, because what is old must be allowed to go.
 */
export const expired = (
  uses: readonly VersionInUse[],
  waivers: readonly SupportWaiver[],
  today: Day,
): VersionInUse[] =>
  uses.filter((use) => daysBetween(today, use.until) < 0 && !waiverOf(use, waivers, today));

/** Has synthesis print what is to be said about a version, with the place where it is in use. */
export function warnOfSupport(
  scope: Construct,
  use: VersionInUse,
  { waivers, today }: { readonly waivers: readonly SupportWaiver[]; readonly today: Day },
): void {
  const warning = supportWarning(use, waivers, today);
  if (warning) Annotations.of(scope).addWarning(warning);
}

const waiverOf = (
  use: VersionInUse,
  waivers: readonly SupportWaiver[],
  today: Day,
): SupportWaiver | undefined =>
  waivers.find(
    ({ product, version, until }) =>
      product === use.product && version === use.version && daysBetween(today, until) >= 0,
  );

const daysBetween = (from: Day, to: Day): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
const count = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`;
