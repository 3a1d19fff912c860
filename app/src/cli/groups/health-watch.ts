import { option, spec, whole } from '../command';
import { exitCodes } from '../exit-codes';
import { CliError } from '../failure';
import { clean } from '../output/table';
import { lines } from '../output/text';
import { stateOn, type View } from '../output/view';
import { type Component, consequences, type Health, healthTable } from './health-text';

interface Recovery {
  readonly component: string;
  readonly step: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly cause?: string;
}

export const watch = spec<{ for?: number }>({
  name: 'watch',
  summary: 'tell of changes and recoveries as they happen, until Ctrl-C',
  details: 'With --json, one document a line. Exits with 69 when the service goes away.',
  asks: 'service',
  options: [option('--for <seconds>', 'end after that time').argParser(whole(1))],
  examples: [
    ['health watch', 'beside a deployment'],
    ['health watch --json --for 60 | jq -c .data', 'one minute, for a script'],
  ],
  run: async ({ client, cli, options, view }) => {
    const service = client();
    const signals = [cli.interrupted()];
    if (options.for !== undefined) signals.push(AbortSignal.timeout(options.for * 1000));
    const ended = AbortSignal.any(signals);
    for await (const { event, data } of service.events('/health/watch', ended)) {
      const at = new Date().toISOString();
      if (options.json) cli.out(`${JSON.stringify({ at, event, data })}\n`);
      else cli.out(line(view, event, data, at));
    }
    if (ended.aborted) return undefined;
    throw new CliError('The service has ended the stream.', {
      exitCode: exitCodes.unavailable,
      remedy: 'It was probably stopped, or started again: see "holdfast system status".',
    });
  },
});

function line(view: View, event: string, data: unknown, at: string): string {
  const clock = view.paint('dim', at.slice(11, 19));
  if (event === 'report') {
    const health = data as Health;
    const head = `${clock}  The service is ${stateOn(view)(health.status)}.`;
    return lines(head, healthTable(view, health.components), consequences(view, health));
  }
  if (event === 'recovery') {
    const { component, step, attempt, outcome, cause } = data as Recovery;
    const because = cause === undefined ? '' : `: ${clean(cause)}`;
    return `${clock}  ${component}  recovery ${attempt} (${clean(step)}) ${outcome}${because}\n`;
  }
  if (event !== 'change') return '';
  const component = data as Component;
  const because = component.cause === undefined ? '' : `: ${clean(component.cause)}`;
  const follow = component.runbook === undefined ? '' : `  → ${component.runbook}`;
  return `${clock}  ${component.name}  ${stateOn(view)(component.status)}${because}${follow}\n`;
}
