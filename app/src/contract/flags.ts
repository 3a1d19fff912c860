import type { FlagRule, FlagScalar } from './flag-rules';

/** One feature flag: its type is the type of its default. */
export type FlagDefinition<T extends FlagScalar = FlagScalar> = {
  /** What the flag is without a rule and without an override. */
  readonly default: T;
  /** Whom it is on for. Default: everybody gets the default. */
  readonly rule?: FlagRule<T>;
  /** Boolean flags that must be on for the same request; else this one is off. */
  readonly requires?: readonly string[];
  /** Browsers and apps may ask for it over OFREP, so its value is public. Default: the service alone knows it. */
  readonly client?: true;
  /** Team that answers for the flag. */
  readonly owner: string;
  readonly description: string;
  /** ISO date on which the default or the rule was last changed here; stale flags are found by it. */
  readonly since: string;
  /**
   * ISO date after which the flag is to be removed; `never` for operational switches. Changes no value: an expired
   * flag is reported as stale.
   */
  readonly expires: string;
} & (
  | {
      /** The file that the flag switches something in. */ readonly wiredTo: string;
      readonly reservedFor?: never;
    }
  | {
      /** The capability that will read it. Nothing does yet. */ readonly reservedFor: string;
      readonly wiredTo?: never;
    }
);

/**
 * The flags of the service. A key used by the service or overridden by an environment that is not in this table
 * does not compile.
 */
export const flags = {
  ingestion: {
    default: true,
    owner: 'platform',
    description:
      'Accept events. Off: the collector answers 503 with Retry-After, so that clients keep their events.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/modules/events/ingestion.ts',
  },
  aggregation: {
    default: true,
    owner: 'platform',
    description:
      'Turn accepted events into aggregates. Off: they stay queued in the database and nothing is lost.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/modules/events/aggregation.ts',
  },
  aggregation_batch_limit: {
    default: 100,
    owner: 'platform',
    description:
      'Batches that the worker claims in one transaction, 1 to 1000. More is faster and locks longer.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/modules/events/aggregation.ts',
  },
  caching: {
    default: true,
    owner: 'platform',
    description: 'Answer repeated aggregate queries from the cache. Off: every query goes to the database.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/modules/events/queries.ts',
  },
  compression: {
    default: false,
    owner: 'platform',
    description: 'Compress answers of the public port for clients that accept it, at the price of CPU.',
    since: '2026-11-21',
    expires: '2027-09-30',
    wiredTo: 'app/src/kernel/http.ts',
  },
  query_page_limit: {
    default: 1000,
    owner: 'platform',
    description:
      'Largest page of aggregates that a query may ask for, 1 to 1000. Lower it to protect the database.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/modules/events/queries.ts',
  },
  remote_flags: {
    default: true,
    owner: 'platform',
    description: 'Evaluate client flags over OFREP on the public port. Off: those routes answer 404.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/kernel/flags/ofrep-routes.ts',
  },
  flag_announcements: {
    default: true,
    owner: 'platform',
    description:
      'Announce changed flags to all pods through the cache. Off: they are found by polling, within seconds.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/kernel/flags/overrides.ts',
  },
  audit_logging: {
    default: true,
    owner: 'security',
    description:
      'Write a log line for each change of a flag, beside the audit table, which is always written.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/kernel/flags/overrides.ts',
  },
  rate_limiting: {
    default: true,
    owner: 'platform',
    description: 'Limit how often one client may ask. Off: nobody is refused, and no headers tell of limits.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/kernel/parts.ts',
  },
  circuit_breaker: {
    default: true,
    owner: 'platform',
    description:
      'Leave a dependency alone for a while after it failed too often. Off: every call reaches it, however it fares.',
    since: '2026-11-21',
    expires: 'never',
    wiredTo: 'app/src/kernel/build.ts',
  },
  async_processing: {
    default: true,
    owner: 'platform',
    description: 'Run long work as jobs. Off: it is done in the request that asks for it.',
    since: '2026-11-21',
    expires: 'never',
    reservedFor: 'jobs',
  },
  request_batching: {
    default: false,
    rule: { strategy: 'PERCENTAGE', percentage: 30 },
    owner: 'platform',
    description: 'Store the events of several small requests in one transaction.',
    since: '2026-11-21',
    expires: '2027-12-31',
    reservedFor: 'group commit of small requests',
  },
  advanced_analytics: {
    default: false,
    rule: { strategy: 'PERCENTAGE', percentage: 50 },
    client: true,
    owner: 'analytics',
    description: 'Show trends, anomalies and forecasts beside the aggregates.',
    since: '2026-11-21',
    expires: '2027-12-31',
    reservedFor: 'analytics',
  },
  ai_suggestions: {
    default: false,
    rule: { strategy: 'PERCENTAGE', percentage: 25 },
    requires: ['advanced_analytics'],
    client: true,
    owner: 'analytics',
    description: 'Suggest actions that follow from the trends.',
    since: '2026-11-21',
    expires: '2027-12-31',
    reservedFor: 'suggestions',
  },
  fca_advanced: {
    default: false,
    requires: ['audit_logging'],
    owner: 'compliance',
    description: 'Apply the detailed rules of the Financial Conduct Authority beside the basic ones.',
    since: '2026-11-21',
    expires: '2028-06-30',
    reservedFor: 'compliance checks',
  },
  gdpr_advanced: {
    default: false,
    requires: ['audit_logging'],
    owner: 'compliance',
    description: 'Apply the detailed rules of the GDPR beside the basic ones.',
    since: '2026-11-21',
    expires: '2028-06-30',
    reservedFor: 'compliance checks',
  },
  tax_compliance: {
    default: false,
    requires: ['audit_logging'],
    owner: 'compliance',
    description: 'Apply the rules on tax.',
    since: '2026-11-21',
    expires: '2028-06-30',
    reservedFor: 'compliance checks',
  },
  enhanced_encryption: {
    default: false,
    owner: 'security',
    description: 'Encrypt sensitive fields with keys of their own before they are stored.',
    since: '2026-11-21',
    expires: '2028-06-30',
    reservedFor: 'field encryption',
  },
  mfa_enforcement: {
    default: false,
    rule: { strategy: 'PERCENTAGE', percentage: 10 },
    owner: 'security',
    description: 'Ask for a second factor at each login.',
    since: '2026-11-21',
    expires: '2027-12-31',
    reservedFor: 'identity',
  },
  beta_ui: {
    default: false,
    rule: { strategy: 'PERCENTAGE', percentage: 5 },
    client: true,
    owner: 'experience',
    description: 'Show the next version of the dashboard.',
    since: '2026-11-21',
    expires: '2027-12-31',
    reservedFor: 'dashboard',
  },
  experimental_corrector: {
    default: false,
    rule: { strategy: 'PERCENTAGE', percentage: 10 },
    client: true,
    owner: 'analytics',
    description: 'Propose corrections of events that were refused.',
    since: '2026-11-21',
    expires: '2027-12-31',
    reservedFor: 'corrections',
  },
} as const satisfies Record<string, FlagDefinition>;

export type FlagKey = keyof typeof flags;
export const flagKeys = Object.keys(flags) as FlagKey[];
type Widened<T> = T extends boolean ? boolean : T extends number ? number : string;
export type FlagValue<K extends FlagKey> = Widened<(typeof flags)[K]['default']>;
/** Plain values or rules that an environment sets instead of the defaults. */
export type FlagOverrides = { readonly [K in FlagKey]?: FlagValue<K> | FlagRule<FlagValue<K>> };
