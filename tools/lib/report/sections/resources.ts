import { usd } from '../../cost/report';
import { type Resource, resourcesOf } from '../../stack-json';
import type { SynthesisedStack } from '../../synthesise';
import type { ReportData, Section } from '../data';
import { code, type Html, html } from '../html';
import { table } from '../table';

export const resourcesId = ({ name }: Pick<SynthesisedStack, 'name'>): string => `resources-${name}`;

/** Each one that Terraform manages, by its address in the state. No values: some are nobody's business. */
export function resources(data: ReportData): Section {
  const costs = costsByAddress(data);
  return {
    id: 'resources',
    title: 'Resources',
    lead: 'By stack, with the address that plans and the state call them by; what costs nothing by itself has no amount.',
    body: data.stacks.map((stack) => ofStack(stack, costs)),
  };
}

function ofStack(stack: SynthesisedStack, costs: ReadonlyMap<string, number>): Html {
  const all = resourcesOf(stack.json).filter(({ mode }) => mode === 'managed');
  return html`<details class="group" id="${resourcesId(stack)}"><summary><h3>${stack.name}</h3> <span>${all.length} resources</span></summary>
${table({
  caption: `Resources of ${stack.name}`,
  columns: ['address', 'name', { title: 'USD a month', numeric: true }],
  rows: all.map((resource) => {
    const cost = costs.get(`${stack.name} ${resource.address}`);
    return { cells: [code(resource.address), nameOf(resource), cost === undefined ? '' : usd(cost)] };
  }),
})}</details>
`;
}

function costsByAddress({ estimates }: ReportData): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of estimates.flatMap(({ estimate }) => estimate.lines)) {
    const key = `${line.stack} ${line.address}`;
    sums.set(key, (sums.get(key) ?? 0) + line.usd);
  }
  return sums;
}

/** Where resources carry the name that consoles show, the most telling first. */
const nameKeys = ['name', 'bucket', 'identifier', 'function_name', 'alarm_name', 'cluster_name', 'alias'];

/** Its name where it is plain text: without references, and without numbers of accounts. */
export function nameOf({ values }: Pick<Resource, 'values'>): string {
  const metadata = values['metadata'] as { readonly name?: unknown } | undefined;
  const found = [...nameKeys.map((key) => values[key]), metadata?.name].find(
    (value) => typeof value === 'string' && !value.includes('${'),
  );
  return typeof found === 'string' ? found.replaceAll(/\b\d{12}\b/g, '<account>') : '';
}
