import { block, flag, number, text, texts } from '../engine/fields';
import { policy } from '../engine/policy';

/** Who may do what, and the keys and secrets they need. */
export const identity = {
  aws_iam_access_key: { user: text },
  aws_iam_openid_connect_provider: { url: text, client_id_list: texts },
  aws_iam_policy: { policy },
  aws_iam_role: {
    assume_role_policy: policy,
    permissions_boundary: text,
    max_session_duration: number,
  },
  aws_iam_role_policy: { policy, role: text },
  aws_iam_role_policy_attachment: { policy_arn: text, role: text },
  aws_iam_user: { name: text },
  aws_kms_alias: { target_key_id: text },
  aws_kms_key: {
    enable_key_rotation: flag,
    rotation_period_in_days: number,
    deletion_window_in_days: number,
    is_enabled: flag,
    policy,
  },
  aws_secretsmanager_secret: { kms_key_id: text, recovery_window_in_days: number, name: text },
  aws_secretsmanager_secret_rotation: {
    secret_id: text,
    rotation_rules: block({ automatically_after_days: number }),
  },
  aws_secretsmanager_secret_version: { secret_string: text, secret_binary: text },
} as const;
