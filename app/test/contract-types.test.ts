/**
 * What must not compile. The compiler is the test (`npm run typecheck`): an `@ts-expect-error` without an
 * error below it is an error itself. Nothing here runs except the last test.
 */
import { metrics as definitions, type ProbeName } from '../src/contract';
import type { Flags } from '../src/kernel/flags';
import { createMetrics, type Metrics } from '../src/kernel/metrics';
import { Problem } from '../src/kernel/problems';

export function mustNotCompile(flags: Flags, metrics: Metrics): void {
  const on: boolean = flags.value('caching');
  const limit: number = flags.value('aggregation_batch_limit');
  // @ts-expect-error a flag that the contract doesn't know
  flags.value('cachng');
  // @ts-expect-error a flag of another type
  const text: string = flags.value('caching');

  metrics.holdfast_errors_total.inc({ code: 'VAL_BODY' });
  metrics.holdfast_events_accepted_total.add(1);
  // @ts-expect-error a metric that the contract doesn't know
  metrics.holdfast_error_total.inc({ code: 'VAL_BODY' });
  // @ts-expect-error a label that the metric doesn't have
  metrics.holdfast_errors_total.inc({ kind: 'VAL_BODY' });
  // @ts-expect-error one label too many
  metrics.holdfast_errors_total.inc({ code: 'VAL_BODY', kind: 'x' });
  // @ts-expect-error a label is missing
  metrics.holdfast_http_requests_total.inc({ method: 'GET', route: '/' });
  // @ts-expect-error no labels at all
  metrics.holdfast_errors_total.inc();
  // @ts-expect-error labels where there are none
  metrics.holdfast_events_accepted_total.add({ code: 'x' }, 1);
  // @ts-expect-error a gauge doesn't count
  metrics.holdfast_flag_file_valid.inc();
  // @ts-expect-error a counter can't be set
  metrics.holdfast_errors_total.set({ code: 'VAL_BODY' }, 1);

  // @ts-expect-error a probe without a handler
  const handlers: Record<ProbeName, () => boolean> = { startup: () => true, liveness: () => true };
  // @ts-expect-error an error code that the contract doesn't know
  new Problem('VAL_BODDY');
  void [on, limit, text, handlers];
}

it('exports exactly the metrics of the contract, each with its help', async () => {
  const rendered = await createMetrics({ process: false }).render();
  for (const [name, { type, help }] of Object.entries(definitions)) {
    expect(rendered).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
  }
  expect(rendered.match(/^# TYPE /gm)).toHaveLength(Object.keys(definitions).length);
});

it('tells of the process, its memory and its event loop under the names that everybody knows', async () => {
  const rendered = await createMetrics().render();
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds',
  ]) {
    expect(rendered).toContain(`# TYPE ${name} `);
  }
});
