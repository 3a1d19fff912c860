import { Writable } from 'node:stream';
import { generatedKeyLength, generatedSecretKeys, type Settings } from '../../../contract';
import { createLogger } from '../../logging';
import type { Metrics } from '../../metrics';
import { type Finding, fail, pass, type Subject, withoutSettings } from '../types';

/** What can be told from the settings in force: encryption, logins, keys, what logs hold. */
export function compliance({ settings, role }: Pick<Subject, 'settings' | 'role'>): readonly Finding[] {
  if (!settings) return withoutSettings('compliance');
  const rule = rules(settings);
  const token = 'by a token that lives for minutes';
  const password = 'by a password that lives until somebody changes it';
  const embedded = settings.HOLDFAST_DATABASE_ENGINE === 'pglite';
  const inProcess = settings.HOLDFAST_CACHE_ENGINE === 'memory';
  return [
    ...(embedded
      ? [pass('database', 'embedded: there is no connection, and nobody logs in')]
      : [
          rule('database encryption', settings.HOLDFAST_DATABASE_TLS === 'verify-full', {
            good: 'certificate and host name are checked',
            bad: 'the connection is not encrypted',
            remedy: 'Set HOLDFAST_DATABASE_TLS=verify-full.',
          }),
          rule('database login', settings.HOLDFAST_DATABASE_AUTH === 'iam', {
            good: token,
            bad: password,
            remedy: 'Set HOLDFAST_DATABASE_AUTH=iam, and HOLDFAST_AWS_REGION.',
          }),
        ]),
    ...(inProcess
      ? [pass('cache', 'inside the process: there is no connection, and nobody logs in')]
      : [
          rule('cache encryption', settings.HOLDFAST_CACHE_TLS === 'on', {
            good: 'the connection is encrypted',
            bad: 'the connection is not encrypted',
            remedy: 'Set HOLDFAST_CACHE_TLS=on.',
          }),
          rule('cache login', settings.HOLDFAST_CACHE_AUTH === 'iam', {
            good: token,
            bad: settings.HOLDFAST_CACHE_AUTH === 'none' ? 'anybody gets in' : password,
            remedy: 'Set HOLDFAST_CACHE_AUTH=iam, HOLDFAST_CACHE_NAME and HOLDFAST_AWS_REGION.',
          }),
        ]),
    ...generatedSecretKeys.map((key) => {
      const length = settings[key]?.length ?? 0;
      return rule(key, length >= generatedKeyLength, {
        good: `has at least ${generatedKeyLength} characters`,
        bad: `has only ${length} characters`,
        remedy: 'Make another: openssl rand -hex 32',
      });
    }),
    rule('log level', !['trace', 'debug'].includes(settings.HOLDFAST_LOG_LEVEL), {
      good: settings.HOLDFAST_LOG_LEVEL,
      bad: `${settings.HOLDFAST_LOG_LEVEL} writes more about requests than anybody needs to keep`,
      remedy: 'Set HOLDFAST_LOG_LEVEL=info.',
    }),
    redaction(settings, role),
  ];
}

/** Counts them as metrics: to be called when settings come into force. */
export function recordCompliance(subject: Pick<Subject, 'settings' | 'role'>, metrics: Metrics): void {
  for (const { name, verdict } of compliance(subject)) {
    metrics.holdfast_compliance_check.set({ check: name }, verdict === 'pass' ? 1 : 0);
  }
}

interface Rule {
  readonly good: string;
  readonly bad: string;
  readonly remedy: string;
}

/** Shortcuts are legal in the tier `local`, and only there. */
const rules =
  (settings: Settings) =>
  (name: string, kept: boolean, { good, bad, remedy }: Rule): Finding => {
    if (kept) return pass(name, good);
    if (settings.HOLDFAST_TIER === 'local') return pass(name, `${bad}; legal in the tier local`);
    return fail(name, bad, remedy);
  };

/** Logs a secret where nobody reads it, and looks what came out. */
function redaction(settings: Settings, role: Subject['role']): Finding {
  let written = '';
  const sink = new Writable({
    write(chunk, _, done) {
      written += chunk;
      done();
    },
  });
  const secret = 'must-not-be-seen';
  const log = createLogger({ ...settings, HOLDFAST_LOG_LEVEL: 'info' }, role, sink);
  log.info({ password: secret, headers: { authorization: secret } }, 'probe');
  return written.includes('probe') && !written.includes(secret)
    ? pass('log redaction', 'secrets in log entries are replaced')
    : fail(
        'log redaction',
        'a secret in a log entry stays there',
        'This is a defect of Holdfast: report it.',
      );
}
