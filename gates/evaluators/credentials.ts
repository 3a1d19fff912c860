import type { Environment } from '../engine/environment';
import { each, found, is, says } from '../engine/judge';
import type { Evaluators, Finding, NotApplicable } from '../engine/model';

/** Nothing of a type may exist. */
const absent =
  (...types: ('aws_iam_user' | 'aws_iam_access_key')[]) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    if (!environment.onAws) return { notApplicable: `${environment.name} is not on AWS` };
    const made = types.flatMap(
      (type) => environment.all(type) as readonly { stack: string; address: string }[],
    );
    if (made.length > 0) return made.map((one) => found(one, says(false, 'exists')));
    return [
      { stack: environment.name, address: types.join(', '), observed: 'there is none', verdict: 'pass' },
    ];
  };

export const credentials = {
  'iam-no-users': {
    title: 'There are no users with passwords of their own',
    severity: 'high',
    why: 'People leave, and their users stay.',
    remedy: 'Let people in by roles of your identity provider.',
    judge: absent('aws_iam_user'),
  },
  'iam-no-access-keys': {
    title: 'There are no keys that never expire',
    severity: 'high',
    why: 'A key in a file is a key in a backup of that file.',
    remedy: 'Use roles: Pod Identity, instance profiles, OIDC.',
    judge: absent('aws_iam_access_key'),
  },
  'instances-have-roles': {
    title: 'Machines get their rights from a role',
    severity: 'medium',
    why: 'Keys on a disk would be copied with it.',
    remedy: 'Give the machine an instance profile.',
    judge: each('aws_instance', ({ values }) =>
      says(
        values.iam_instance_profile !== undefined,
        values.iam_instance_profile ? 'instance profile' : 'no instance profile',
      ),
    ),
  },
  'functions-called-by-source': {
    title: 'Functions are called by one source alone',
    severity: 'medium',
    why: 'The service that calls them does so for every account.',
    remedy: 'Give the permission a source_arn or source_account.',
    judge: each('aws_lambda_permission', ({ values }) => {
      const bound = values.source_arn !== undefined || values.source_account !== undefined;
      return says(bound, bound ? `${values.principal} for one source` : `${values.principal} for anybody`);
    }),
  },
  'password-policy-length': {
    title: 'Passwords of IAM users have 14 characters at least',
    severity: 'medium',
    why: 'Shorter ones are guessed from a leaked hash.',
    remedy: 'security.passwordPolicy: "managed" of the account.',
    judge: each('aws_iam_account_password_policy', ({ values }) =>
      is(
        (values.minimum_password_length ?? 0) >= 14,
        'minimum_password_length',
        values.minimum_password_length,
      ),
    ),
  },
  'password-policy-reuse': {
    title: 'The last 24 passwords of IAM users are not taken again',
    severity: 'low',
    why: 'A leaked one would come back.',
    remedy: 'security.passwordPolicy: "managed" of the account.',
    judge: each('aws_iam_account_password_policy', ({ values }) =>
      is(
        (values.password_reuse_prevention ?? 0) >= 24,
        'password_reuse_prevention',
        values.password_reuse_prevention,
      ),
    ),
  },
  'secrets-rotate': {
    title: 'Secrets rotate by themselves',
    severity: 'medium',
    why: 'A leaked one would be good for ever.',
    remedy: 'constructs/secrets/key-rotation.ts makes a rotation.',
    judge: each('aws_secretsmanager_secret', (secret, environment) => {
      const [rotation] = environment.of(secret, 'aws_secretsmanager_secret_rotation', 'secret_id');
      const days = rotation?.values.rotation_rules?.automatically_after_days;
      return is(days !== undefined, 'automatically_after_days', days);
    }),
  },
  'secrets-rotate-quarterly': {
    title: 'Secrets that rotate do so every 90 days at least',
    severity: 'low',
    why: 'The longer, the more people and places have seen it.',
    remedy: 'Lower the days in constructs/secrets.',
    judge: each('aws_secretsmanager_secret_rotation', ({ values }) => {
      const days = values.rotation_rules?.automatically_after_days;
      return is(days !== undefined && days <= 90, 'automatically_after_days', days);
    }),
  },
  'secrets-recoverable': {
    title: 'Deleted secrets can be brought back for a week',
    severity: 'medium',
    why: 'What only the secret opened would be lost.',
    remedy: 'recovery_window_in_days: 7 or more.',
    appliesTo: {
      tiers: ['staging', 'production'],
      otherwise: 'development is made anew under the same names at once',
    },
    judge: each('aws_secretsmanager_secret', ({ values }) => {
      const days = values.recovery_window_in_days ?? 30;
      return is(days >= 7, 'recovery_window_in_days', days);
    }),
  },
  'secrets-not-in-state': {
    title: 'Values of secrets are not in the state',
    severity: 'critical',
    why: 'Whoever may read the state could read them.',
    remedy: 'Use secret_string_wo, or let a rotation fill it.',
    judge: each('aws_secretsmanager_secret_version', ({ values }) => {
      const stored = values.secret_string !== undefined || values.secret_binary !== undefined;
      return says(!stored, stored ? 'a value is stored' : 'write-only');
    }),
  },
} satisfies Evaluators;
