import type { Finding } from '../checkov';

/** What GitHub's code scanning reads (SARIF 2.1.0), as far as it is written here. */
export interface Sarif {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly version?: string;
        readonly informationUri: string;
        readonly rules: readonly {
          readonly id: string;
          readonly shortDescription: { readonly text: string };
        }[];
      };
    };
    readonly results: readonly SarifResult[];
  }[];
}

interface SarifResult {
  readonly ruleId: string;
  readonly level: 'error';
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
  /** By it code scanning knows a finding again although lines move. */
  readonly partialFingerprints: { readonly holdfast: string };
}

/**
 * What checkov found and no exception covers, as code scanning shows it: at the resource's line in its golden file, which is what a
 * pull request changes. `lineOf` says where an address stands in a stack's golden file.
 */
export function sarifOf(
  findings: readonly Finding[],
  lineOf: (stack: string, address: string) => number,
  version?: string,
): Sarif {
  const rules = new Map(findings.map(({ check, title }) => [check, title]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'checkov',
            ...(version ? { version } : {}),
            informationUri: 'https://www.checkov.io',
            rules: [...rules].map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        results: findings.map(({ check, title, stack, address, path }) => ({
          ruleId: check,
          level: 'error',
          message: { text: `${title}: ${stack.name}/${address}, made by ${path}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: goldenOf(stack.name) },
                region: { startLine: lineOf(stack.name, address) },
              },
            },
          ],
          partialFingerprints: { holdfast: `${check}:${stack.name}/${address}` },
        })),
      },
    ],
  };
}

export const goldenOf = (stack: string): string => `__tests__/golden/${stack.replace('-', '/')}.json`;

/** Line of a resource's block in a golden file, which is JSON with one space a level; 1 where it isn't there. */
export function lineIn(golden: string, address: string): number {
  const [type, name] = address.split('.');
  const lines = golden.split('\n');
  const start = lines.indexOf(`  "${type}": {`);
  const found = start < 0 ? -1 : lines.indexOf(`   "${name}": {`, start);
  return found < 0 ? 1 : found + 1;
}
