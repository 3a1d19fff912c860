/** Names whose values never leave the process, compared without case, `-` and `_`. */
const sensitive =
  /authorization|cookie|passw(or)?d|passphrase|token|secret|signingkey|apikey|accesskey|privatekey|credential|dsn|bodyhash/;
/** Members that are safe although their name sounds otherwise. */
const harmless = new Set(['retryAfterSeconds']);
const censored = '[redacted]';
/** Levels that are looked through; what lies deeper is left out, so that no log line grows without end. */
const maximumDepth = 6;

const verdicts = new Map<string, boolean>();
/** Remembered, because the names in log lines are few; bounded, because some come from clients. */
export function isSensitive(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = !harmless.has(name) && sensitive.test(name.toLowerCase().replace(/[-_]/g, ''));
  if (verdicts.size < 1000) verdicts.set(name, verdict);
  return verdict;
}

/**
 * What looks like a secret inside a text: credentials in an address, bearer tokens, `password=…`, JSON Web Tokens, AWS
 * keys.
 */
export function scrub(text: unknown): string {
  return textOf(text)
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${censored}@`)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${censored}`)
    .replace(
      /\b(password|passwd|secret|token|api[-_]?key)(["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
      `$1$2${censored}`,
    )
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, censored)
    .replace(/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, censored);
}

/** The value without secrets. Returns the very same object where there are none. */
export function redact<T>(value: T): T {
  return walk(value, 0) as T;
}

function walk(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error)
    return depth >= maximumDepth ? scrub(value.message) : describeError(value, depth);
  // Dates, buffers and whatever else says itself how it wants to be written.
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  if (depth >= maximumDepth) return '[too deep]';
  let copy: Record<string, unknown> | unknown[] | undefined;
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    const clean = !Array.isArray(value) && isSensitive(key) ? censored : walk(member, depth + 1);
    if (clean === member) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    (copy as Record<string, unknown>)[key] = clean;
  }
  return copy ?? value;
}

/** Everything that is known of an error, down to its causes, as plain members. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const members = walk({ ...error, name: undefined, cause: undefined }, depth + 1) as Record<string, unknown>;
  return {
    type: name,
    message: scrub(message),
    stack: stack === undefined ? undefined : scrub(stack),
    ...members,
    cause: walk(cause, depth + 1),
  };
}

/** Anything can be thrown, also what refuses to become a text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something without a text';
  }
}
