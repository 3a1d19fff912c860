import { flowsDiagram } from '../../diagrams/flows';
import { networkDiagram } from '../../diagrams/network';
import { handedOver, stacksDiagram } from '../../diagrams/stacks';
import { trustDiagram } from '../../diagrams/trust';
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

/** Of what the environment has: what stands by for another has neither cluster nor pods until it is needed. */
function pictures(data: ReportData, name: string): Html {
  const stacks = stacksOf(data, name);
  const json = (component: string) => stacks.find((stack) => stack.component === component)?.json;
  const [network, app] = [json('network'), json('app')];
  return html`<details class="group"><summary><h3>Pictures of ${name}</h3></summary>
${inlined(stacksDiagram(stacks, name), `${name}-stacks`)}${network && inlined(networkDiagram(network, name), `${name}-network`)}${
  app && [
    inlined(flowsDiagram(app, name), `${name}-flows`),
    inlined(trustDiagram(stacks, name), `${name}-trust`),
  ]
}</details>
`;
}
