import { secretValue } from '../../../gates/engine/mask';

/** What is shown in place of a value that nobody may read in a report. */
export const masked = '(sensitive)';

/** Names of attributes whose values are secret even where a provider doesn't mark them. */
const secretName =
  /(?:^|_|[a-z](?=[A-Z]))(?:password|passwd|passphrase|secret|token|credentials?|private_?key|api_?key|signing_?key|secret_string|auth_token|client_secret|connection_string)$/i;

/** Attributes of those names that say where a secret lies, not what it is. */
const notSecret = /(?:_arn|_id|_name|_version|_ref|_path|_ttl|_days|_length|Ref|Name)$/;

/** Attributes of one type which are secret as a whole. */
const secretOfType: Readonly<Record<string, readonly string[]>> = {
  aws_secretsmanager_secret_version: ['secret_string', 'secret_binary'],
  aws_ssm_parameter: ['value', 'value_wo', 'insecure_value'],
  helm_release: ['set_sensitive', 'set_wo', 'repository_password'],
  kubernetes_secret: ['data', 'binary_data', 'data_wo', 'string_data'],
  kubernetes_secret_v1: ['data', 'binary_data', 'data_wo', 'string_data'],
};

/** Whether the attribute of this name is secret. `name`: the last word of its path. */
export const isSecretName = (type: string, name: string): boolean =>
  Boolean(secretOfType[type]?.includes(name)) || (secretName.test(name) && !notSecret.test(name));

const isSecretText = (value: unknown): boolean => typeof value === 'string' && secretValue.test(value);

/**
 * A copy with every secret masked: what Terraform marks (`sensitive`: the same tree with `true` where it is), what its
 * name says, and what looks like one. Text that is JSON is read, so that a policy or a chart's values show as trees.
 */
export function redacted(type: string, value: unknown, sensitive: unknown, name = ''): unknown {
  if (value === null || value === undefined) return value;
  if (sensitive === true) return masked;
  if (isSecretName(type, name) && typeof value !== 'boolean' && !isEmptyText(value)) return masked;
  if (isSecretText(value)) return masked;
  if (typeof value === 'string') {
    const read = readJson(value);
    return read === undefined ? value : redacted(type, read, false);
  }
  if (Array.isArray(value)) {
    const marks = Array.isArray(sensitive) ? sensitive : [];
    return secretPair(value.map((entry, index) => redacted(type, entry, marks[index])));
  }
  if (typeof value !== 'object') return value;
  const marks = (sensitive ?? {}) as Record<string, unknown>;
  return secretPair(
    Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, redacted(type, entry, marks[key], key)]),
    ),
  );
}

/** `{ name: 'DB_PASSWORD', value: 'x' }`, as containers and charts are given settings: the name says what the value is. */
function secretPair<T>(value: T): T {
  const { name, value: held } = (value ?? {}) as { name?: unknown; value?: unknown };
  if (typeof name !== 'string' || typeof held !== 'string' || held === '') return value;
  return isSecretName('', name.split('.').at(-1) ?? name) ? { ...value, value: masked } : value;
}

const isEmptyText = (value: unknown): boolean => value === '';

function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' ? read : undefined;
  } catch {
    return undefined;
  }
}
