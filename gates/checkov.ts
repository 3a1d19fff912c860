/**
 * checkov, the second opinion: which of its checks watch what one of ours watches, and why the two disagree where they do.
 * What checkov finds and is right as it is has its reason in checkov-exceptions.json, once; waivers take it from there.
 */
import exceptions from './checkov-exceptions.json';

/** Evaluators by checkov's id, where both ask the same question of the same resource. */
export const sameQuestion: Readonly<Record<string, string>> = {
  CKV_AWS_16: 'rds-encrypted',
  CKV_AWS_17: 'rds-not-public',
  CKV_AWS_157: 'rds-multi-az',
  CKV_AWS_161: 'rds-iam-login',
  CKV_AWS_118: 'rds-monitored',
  CKV_AWS_226: 'rds-minor-upgrades',
  CKV_AWS_293: 'rds-deletion-protected',
  CKV_AWS_353: 'rds-insights',
  CKV_AWS_29: 'cache-encrypted',
  CKV_AWS_30: 'cache-tls-required',
  CKV2_AWS_50: 'cache-multi-az',
  CKV_AWS_7: 'kms-rotates',
  CKV_AWS_33: 'kms-not-public',
  CKV_AWS_26: 'topics-encrypted',
  CKV_AWS_158: 'log-groups-encrypted',
  CKV_AWS_338: 'logs-kept-a-year',
  CKV_AWS_149: 'secrets-customer-key',
  CKV2_AWS_57: 'secrets-rotate',
  CKV_AWS_19: 's3-encrypted',
  CKV_AWS_145: 's3-customer-key',
  CKV_AWS_21: 's3-versioned',
  CKV_AWS_18: 's3-access-logged',
  CKV2_AWS_61: 's3-expires',
  CKV2_AWS_6: 's3-public-access-blocked',
  CKV_AWS_35: 'trail-encrypted',
  CKV_AWS_36: 'trail-validated',
  CKV_AWS_67: 'trail-every-region',
  CKV2_AWS_10: 'trail-searchable',
  CKV_AWS_58: 'eks-secrets-encrypted',
  CKV_AWS_37: 'eks-all-logged',
  CKV_AWS_38: 'eks-not-open',
  CKV_AWS_39: 'eks-no-public-endpoint',
  CKV_AWS_51: 'images-immutable',
  CKV_AWS_136: 'images-encrypted',
  CKV_AWS_163: 'images-scanned',
  CKV_AWS_79: 'instances-metadata-tokens',
  CKV_AWS_88: 'instances-not-public',
  CKV_AWS_126: 'instances-monitored',
  CKV_AWS_130: 'subnets-no-public-addresses',
  CKV_AWS_173: 'functions-encrypted',
  CKV_AWS_166: 'vault-encrypted',
  CKV2_AWS_11: 'vpc-flow-logs',
  CKV2_AWS_12: 'vpc-default-group-closed',
  CKV_K8S_16: 'pods-not-privileged',
  CKV_K8S_17: 'pods-own-processes',
  CKV_K8S_18: 'pods-own-memory',
  CKV_K8S_19: 'pods-own-network',
  CKV_K8S_20: 'pods-not-escalating',
  CKV_K8S_22: 'pods-read-only',
  CKV_K8S_35: 'pods-secrets-as-files',
  CKV_K8S_43: 'pods-by-digest',
};

export interface Disagreement {
  readonly check: string;
  /** `component/type.name` with `*` for any text. */
  readonly resources: readonly string[];
  readonly tiers?: readonly string[];
  readonly environments?: readonly string[];
  readonly reason: string;
}

/**
 * Where checkov is content and we are not. Where it is not and we are, the reason stands in checkov-exceptions.json, with every
 * other finding that is right as it is. Empty: so far it finds all that we find. The full test wants an entry for each.
 */
export const disagreements: readonly Disagreement[] = [];

interface Exception {
  readonly check: string;
  readonly resources: readonly string[];
  readonly reason: string;
}

/** Why a finding of checkov is right as it is; a waiver for the same takes its reason from here. */
export function reasonOf(check: string, resource: string): string {
  const found = (exceptions as readonly Exception[]).find(
    (one) => one.check === check && one.resources.includes(resource),
  );
  if (!found) throw new Error(`gates/checkov-exceptions.json gives no reason of ${check} for ${resource}`);
  return found.reason;
}
