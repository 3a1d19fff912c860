/** Pictures of docs/architecture.md, drawn from a synthesis: `npm run golden` writes them to docs/pictures/. */
import type { SynthesisedStack } from '../synthesise';
import { flowsDiagram } from './flows';
import { networkDiagram } from './network';
import { stacksDiagram } from './stacks';
import { trustDiagram } from './trust';

/** Of one environment, by file name. Throws where a stack that is drawn isn't there. */
export function diagrams(all: readonly SynthesisedStack[], environment: string): Record<string, string> {
  const stacks = all.filter((stack) => stack.environment === environment);
  const json = (component: string) => {
    const found = stacks.find((stack) => stack.component === component);
    if (!found) throw new Error(`${environment} has no stack ${component} to draw`);
    return found.json;
  };
  return {
    'architecture-stacks.svg': stacksDiagram(stacks, environment),
    'architecture-network.svg': networkDiagram(json('network'), environment),
    'architecture-flows.svg': flowsDiagram(json('app'), environment),
    'architecture-trust.svg': trustDiagram(stacks, environment),
  };
}
