/** What never leaves the process in a log line or a report, without a service around it. */
import fc from 'fast-check';
import { isSensitive, redact, scrub } from '../src/kernel/telemetry/redact';

describe('redaction', () => {
  it('hides members by their names, wherever they are, and leaves the given object as it is', () => {
    const names = [
      'password',
      'Authorization',
      'x-api-key',
      'refresh_token',
      'clientSecret',
      'set-cookie',
      'SENTRY_DSN',
    ];
    const wrapped = fc
      .tuple(fc.constantFrom(...names), fc.array(fc.constantFrom('a', 'list'), { maxLength: 4 }))
      .map(([name, path]) => {
        const inner: unknown = { [name]: 'hunter2', visible: 1 };
        return path.reduce<unknown>(
          (value, step) => (step === 'list' ? [value] : { a: value, b: 'kept' }),
          inner,
        );
      });
    fc.assert(
      fc.property(wrapped, (value) => {
        const before = JSON.stringify(value);
        const after = JSON.stringify(redact(value));
        expect(after).not.toContain('hunter2');
        expect(after).toContain('"visible":1');
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('copies nothing where there is nothing to hide, and survives circles', () => {
    const entry: Record<string, unknown> = { route: '/v1', list: [1, { a: 2 }] };
    expect(redact(entry)).toBe(entry);
    entry.self = entry;
    expect(JSON.stringify(redact(entry))).toContain('[too deep]');
  });

  it.each([
    ['postgres://user:hunter2@host/db', 'postgres://[redacted]@host/db'],
    ['Authorization: Bearer hunter2.x', 'Authorization: Bearer [redacted]'],
    ['?token=hunter2&a=1', '?token=[redacted]&a=1'],
    ['"password": "hunter2"', '"password": "[redacted]"'],
    ['eyJhbGciOi.eyJzdWIi.c2ln', '[redacted]'],
    ['key AKIAABCDEFGHIJKLMNOP', 'key [redacted]'],
    ['nothing to see', 'nothing to see'],
  ])('hides what looks like a secret in a text: %s', (text, clean) => expect(scrub(text)).toBe(clean));

  it.each([
    'Authorization',
    'cookie',
    'passwd',
    'pass_phrase',
    'ACCESS-KEY',
    'signingKey',
    'private_key',
    'credentials',
    'bodyHash',
  ])('%s is the name of a secret', (name) => {
    expect(isSensitive(name)).toBe(true);
    // The second answer comes from memory.
    expect(isSensitive(name)).toBe(true);
  });

  it.each(['retryAfterSeconds', 'route', 'key', 'pass', 'pathname'])('%s is not', (name) => {
    expect(isSensitive(name)).toBe(false);
    expect(isSensitive(name)).toBe(false);
  });

  it.each([
    [
      'redis://:hunter2@h:6379/0 and amqp://u:hunter2@h',
      'redis://[redacted]@h:6379/0 and amqp://[redacted]@h',
    ],
    ['basic aHVudGVyMg==', 'basic [redacted]'],
    ['bearer of news', 'bearer [redacted] news'],
    ['api_key=hunter2;b=1', 'api_key=[redacted];b=1'],
    ["secret = 'hunter2'", "secret = '[redacted]'"],
    ['ASIAABCDEFGHIJKLMNOP', '[redacted]'],
    ['AKIAABC', 'AKIAABC'],
    ['tokens are fine', 'tokens are fine'],
    ['Bearer  hunter2', 'Bearer [redacted]'],
    ['apikey=hunter2', 'apikey=[redacted]'],
    ['x://u:hunter2@h', 'x://[redacted]@h'],
  ])('in a text: %s', (text, clean) => expect(scrub(text)).toBe(clean));

  it.each([
    [undefined, 'undefined'],
    [7, '7'],
    [Object.create(null), 'something without a text'],
  ])('anything may have been thrown: %#', (thrown, text) => expect(scrub(thrown)).toBe(text));

  it('tells all of an error, down to its causes', () => {
    const cause = Object.assign(new Error('token=hunter2'), { stack: undefined });
    const error = Object.assign(new TypeError('password: hunter2', { cause }), { code: 'E1', secret: 'x' });
    expect(redact({ error })).toEqual({
      error: {
        type: 'TypeError',
        message: 'password: [redacted]',
        stack: expect.stringMatching(/^TypeError: password: \[redacted\]\n/),
        code: 'E1',
        secret: '[redacted]',
        name: undefined,
        cause: expect.objectContaining({ type: 'Error', message: 'token=[redacted]', stack: undefined }),
      },
    });
  });

  it('ends where an error is its own cause', () => {
    const error: Error = new Error('token=hunter2');
    error.cause = error;
    const told = JSON.stringify(redact({ error }));
    expect(told).toContain('"cause":"token=[redacted]"');
    expect(told).not.toContain('hunter2');
  });

  it('leaves what says itself how it wants to be written, and what is no object', () => {
    const when = new Date(0);
    expect(redact({ when }).when).toBe(when);
    const shown = { token: 'hunter2', toJSON: () => 'one of its own' };
    expect(redact({ shown }).shown).toBe(shown);
    for (const plain of ['token=hunter2', 0, null, undefined]) expect(redact(plain)).toBe(plain);
  });

  it('looks six levels deep, and no deeper', () => {
    const nest = (levels: number): unknown => (levels === 0 ? { last: 1 } : { in: nest(levels - 1) });
    expect(redact(nest(5))).toEqual(nest(5));
    expect(JSON.stringify(redact(nest(6)))).toContain('"in":"[too deep]"');
    const error = (levels: number): unknown =>
      levels === 0 ? new Error('token=x') : { in: error(levels - 1) };
    expect(JSON.stringify(redact(error(6)))).toContain('"in":"token=[redacted]"');
  });

  it('reads the names of members, not places in a list', () => {
    expect(redact({ tokens: ['a'], list: ['a', { token: 'b' }] })).toEqual({
      tokens: '[redacted]',
      list: ['a', { token: '[redacted]' }],
    });
  });
});
