/** One feature flag: its type is the type of its default. */
export interface FlagDefinition<T extends boolean | number | string = boolean | number | string> {
  readonly default: T;
  /** Team that answers for the flag. */
  readonly owner: string;
  readonly description: string;
  /** ISO date after which the flag is to be removed; `never` for operational switches. */
  readonly expires: string;
}

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
    expires: 'never',
  },
  aggregation: {
    default: true,
    owner: 'platform',
    description:
      'Turn accepted events into aggregates. Off: they stay queued in the database and nothing is lost.',
    expires: 'never',
  },
  aggregation_batch_limit: {
    default: 100,
    owner: 'platform',
    description:
      'Batches that the worker claims in one transaction, 1 to 1000. More is faster and locks longer.',
    expires: 'never',
  },
  caching: {
    default: true,
    owner: 'platform',
    description: 'Answer repeated aggregate queries from the cache. Off: every query goes to the database.',
    expires: 'never',
  },
  compression: {
    default: false,
    owner: 'platform',
    description: 'Compress answers of the public port for clients that accept it, at the price of CPU.',
    expires: '2027-09-30',
  },
  rate_limiting: {
    default: true,
    owner: 'platform',
    description: 'Limit how often one client may ask. Off: nobody is refused, and no headers tell of limits.',
    expires: 'never',
  },
  circuit_breaker: {
    default: true,
    owner: 'platform',
    description:
      'Leave a dependency alone for a while after it failed too often. Off: every call reaches it, however it fares.',
    expires: 'never',
  },
} as const satisfies Record<string, FlagDefinition>;

export type FlagKey = keyof typeof flags;
type Widened<T> = T extends boolean ? boolean : T extends number ? number : string;
export type FlagValue<K extends FlagKey> = Widened<(typeof flags)[K]['default']>;
/** Values that an environment sets instead of the defaults. */
export type FlagOverrides = { readonly [K in FlagKey]?: FlagValue<K> };

/** Name of the file inside the mounted flags directory. */
export const flagFileName = 'flags.json';

export interface FlagFile {
  readonly $schema: string;
  readonly flags: Record<
    string,
    {
      readonly state: 'ENABLED' | 'DISABLED';
      readonly variants: Record<string, boolean | number | string>;
      readonly defaultVariant: string;
      readonly metadata: Record<string, string>;
    }
  >;
}

/** Renders every flag in flagd's format, which the service evaluates in process. */
export function renderFlagFile(overrides: FlagOverrides): FlagFile {
  const rendered: FlagFile['flags'] = {};
  for (const [key, flag] of Object.entries(flags) as [FlagKey, FlagDefinition][]) {
    const value = overrides[key] ?? flag.default;
    rendered[key] = {
      state: 'ENABLED',
      variants: typeof value === 'boolean' ? { on: true, off: false } : { value },
      defaultVariant: typeof value === 'boolean' ? (value ? 'on' : 'off') : 'value',
      metadata: { owner: flag.owner, description: flag.description, expires: flag.expires },
    };
  }
  return { $schema: 'https://flagd.dev/schema/v0/flags.json', flags: rendered };
}
