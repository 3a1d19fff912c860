import { managementPaths } from '../../../contract';
import type { ComponentReport } from '../../health';
import { causeOf } from '../../health/clock';
import { type Finding, fail, pass, type Subject, warn } from '../types';

const timeoutMs = 2000;

/** What the service itself says of its components: this one's, or that of the one on this machine. */
export async function components({ context, ports }: Subject): Promise<Finding[]> {
  if (context.service) return context.service.health.report().components.map(asFinding);
  const address = `http://127.0.0.1:${ports.management}${managementPaths.health}`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    const report = (await response.json()) as { components?: ComponentReport[] };
    if (report.components) return report.components.map(asFinding);
    return [warn('service', `${address} tells no components`, 'See which program listens there.')];
  } catch (error) {
    const cause = causeOf((error as Error).cause ?? error);
    const remedy = 'Nothing to do unless one should run here; start it with: holdfast serve <role>';
    return [warn('service', `none runs on this machine (${cause})`, remedy)];
  }
}

function asFinding({ name, status, cause = '', capability, runbook }: ComponentReport): Finding {
  if (status === 'HEALTHY') return pass(name, 'HEALTHY');
  if (status === 'UNKNOWN') return warn(name, `UNKNOWN: ${cause}`, 'Ask again in half a minute.');
  const message = `${status}: ${cause}; concerns ${capability}`;
  return (status === 'UNHEALTHY' ? fail : warn)(name, message, `Follow ${runbook}.`);
}
