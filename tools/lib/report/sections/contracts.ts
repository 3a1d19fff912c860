import { diagrams } from '../../diagrams';
import { handedOver } from '../../diagrams/stacks';
import { onAws, type ReportData, type Section, stacksOf } from '../data';
import { code, type Html, html, joined } from '../html';
import { inlined } from '../picture';
import { table } from '../table';

/** What stacks read of each other, drawn and listed. */
export function contracts(data: ReportData): Section {
  const read = data.stacks.flatMap((stack) =>
    [...handedOver(stack)].map(([from, outputs]) => ({ stack, from, outputs })),
  );
  return {
    id: 'contracts',
    title: 'Contracts between stacks',
    lead: 'Outputs that a stack reads of another, found in what is synthesised; drawn with the network, the pods and the borders of trust.',
    body: [
      onAws(data).map(({ environment }) => pictures(data, environment.name)),
      table({
        caption: 'Outputs by reader',
        columns: ['stack', 'reads of', 'outputs'],
        rows: read.map(({ stack, from, outputs }) => ({
          cells: [stack.name, `${stack.environment}-${from}`, joined(outputs.map(code))],
        })),
      }),
    ],
  };
}

function pictures(data: ReportData, name: string): Html {
  const drawn = Object.entries(diagrams(stacksOf(data, name), name));
  return html`<details class="group"><summary><h3>Pictures of ${name}</h3></summary>
${drawn.map(([file, svg]) => inlined(svg, `${name}-${file.replace('.svg', '')}`))}</details>
`;
}
