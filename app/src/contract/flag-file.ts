import { type FlagRule, type FlagScalar, type RenderedFlag, renderTargeting } from './flag-rules';
import { type FlagDefinition, type FlagOverrides, flagKeys, flags } from './flags';

/** Name of the file inside the mounted flags directory. */
export const flagFileName = 'flags.json';

export interface FlagFile {
  readonly $schema: string;
  readonly flags: Record<string, RenderedFlag>;
}

/**
 * One flag in flagd's format. The variant `on` is true, or the value of the rule; `off` is false, or the default of
 * a flag that is no boolean.
 *
 * @param override plain value or rule; default: the definition's own rule
 */
export function renderFlag(definition: FlagDefinition, override?: FlagScalar | FlagRule): RenderedFlag {
  const { rule, value } = split(definition, override);
  const targeting = renderTargeting(rule);
  const { owner, description, since, expires, requires } = definition;
  return {
    state: 'ENABLED',
    variants:
      typeof definition.default === 'boolean'
        ? { on: true, off: false }
        : { on: value, off: definition.default },
    // Those without a targeting key get what most get who are not chosen.
    defaultVariant: rule.strategy === 'ALL' ? 'on' : 'off',
    ...(targeting ? { targeting } : {}),
    metadata: { owner, description, since, expires, ...(requires ? { requires: requires.join(',') } : {}) },
  };
}

function split(
  definition: FlagDefinition,
  override: FlagScalar | FlagRule | undefined,
): { rule: FlagRule; value: FlagScalar } {
  const given = override ?? definition.rule ?? definition.default;
  if (typeof given === 'object') return { rule: given, value: given.value ?? definition.default };
  return { rule: { strategy: given === false ? 'NONE' : 'ALL' }, value: given };
}

/** Renders every flag in flagd's format, which the service evaluates in process. */
export function renderFlagFile(overrides: FlagOverrides): FlagFile {
  const rendered = flagKeys.map((key) => [key, renderFlag(flags[key], overrides[key])]);
  return { $schema: 'https://flagd.dev/schema/v0/flags.json', flags: Object.fromEntries(rendered) };
}
