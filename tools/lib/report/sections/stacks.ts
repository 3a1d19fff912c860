import { handedOver } from '../../diagrams/stacks';
import { resourcesOf } from '../../stack-json';
import { kinds, managed } from '../../summary';
import type { ReportData, Section } from '../data';
import { html } from '../html';
import { table } from '../table';
import { resourcesId } from './resources';

/** In the order in which they are deployed. */
export function stacks(data: ReportData): Section {
  return {
    id: 'stacks',
    title: 'Stacks',
    lead: 'One Terraform state each, in the order in which they are deployed.',
    body: table({
      caption: 'Stacks',
      columns: [
        'stack',
        'environment',
        { title: 'resources', numeric: true },
        { title: 'data sources', numeric: true },
        'reads outputs of',
        'providers',
        'most frequent kinds',
      ],
      rows: data.stacks.map((stack) => ({
        id: `stack-${stack.name}`,
        cells: [
          html`<a href="#${resourcesId(stack)}">${stack.name}</a>`,
          stack.environment,
          managed(stack),
          resourcesOf(stack.json).length - managed(stack),
          [...handedOver(stack).keys()].join(', ') || 'nothing',
          Object.keys(stack.json.provider ?? {}).join(', '),
          kinds(stack),
        ],
      })),
    }),
  };
}
