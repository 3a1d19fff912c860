import type { Alert, AlertGroup } from '../alert';
import { either, ofExporter, query } from '../query';

const traces: readonly Alert[] = [
  {
    name: 'TracesRefused',
    expr: query`sum by (pod) (rate(${ofExporter('otelcol_receiver_refused_spans')}[5m])) > 0`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.pod }} refuses spans',
    description: 'It is short of memory, or can not pass them on. Senders try again for a while, then drop.',
    runbook: 'traces-lost',
  },
  {
    name: 'TracesNotDelivered',
    expr: either([
      query`sum by (pod, exporter) (rate(${ofExporter('otelcol_exporter_send_failed_spans')}[5m])) > 0`,
      query`sum by (pod, exporter) (rate(${ofExporter('otelcol_exporter_enqueue_failed_spans')}[5m])) > 0`,
    ]),
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.pod }} can not deliver spans by {{ $labels.exporter }}',
    description: 'The other side is down, refuses them, or takes them too slowly: they are dropped.',
    runbook: 'traces-lost',
  },
  {
    name: 'TracesUndecided',
    expr: query`sum by (pod) (rate(${ofExporter('otelcol_processor_tail_sampling_sampling_trace_dropped_too_early')}[5m])) > 0`,
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.pod }} drops traces before it has decided on them',
    description:
      'There are more traces than its memory holds; failed and slow ones are lost with the others.',
    runbook: 'traces-lost',
  },
  {
    name: 'TracesNotStored',
    expr: query`sum by (pod) (increase(${ofExporter('tempo_ingester_failed_flushes_total')}[15m])) > 0`,
    for: '15m',
    severity: 'warning',
    summary: '{{ $labels.pod }} can not write traces to its bucket',
    description: 'They stay on its volume until that is full.',
    runbook: 'traces-lost',
  },
];

/** What the way of traces is watched for, where there is one. */
export const traceAlerts: readonly AlertGroup[] = [{ name: 'traces', alerts: traces }];
