import { type FlagDefinition, flagKeys, flags, renderFlag, strategyOf } from '../../src/contract';

/** The table that docs/flags.md ends with. */
export function flagsTable(): string {
  const rows = flagKeys.map((key) => {
    const definition: FlagDefinition = flags[key];
    const {
      default: fallback,
      expires,
      requires = [],
      wiredTo,
      reservedFor,
      description,
      client,
    } = definition;
    const rule = strategyOf(renderFlag(definition));
    const value = rule?.strategy === 'PERCENTAGE' ? `${rule.percentage} %` : `${fallback}`;
    const use = wiredTo ? `\`${wiredTo.replace('app/src/', '')}\`` : `reserved: ${reservedFor}`;
    const needs = requires.length > 0 ? ` Requires ${requires.map((each) => `\`${each}\``).join(', ')}.` : '';
    return `| \`${key}\` | ${value} | ${use} | ${client ? 'yes' : ''} | ${expires} | ${description}${needs} |`;
  });
  return [
    '| flag | default | switches | client | expires | what for |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
