/** Elasticsearch, Kibana, Logstash and Filebeat, looked after by Elastic's operator. */
export interface ElasticOptions {
  readonly kind: 'elastic';
  /** Of Elasticsearch. */
  readonly nodes: number;
  /** Of each node's volume. */
  readonly storageGiB: number;
  /** Of each node; half of it is the heap. */
  readonly memoryMiB: number;
  readonly retentionDays: number;
  /** When a data stream begins its next index: retention removes whole indices. */
  readonly rollover: { readonly days: number; readonly GiB: number };
}

/** Loki, one copy with a volume, and an OpenTelemetry collector on each node. */
export interface LokiOptions {
  readonly kind: 'loki';
  readonly storageGiB: number;
  readonly memoryMiB: number;
  readonly retentionDays: number;
}

export type LogsOptions = ElasticOptions | LokiOptions | { readonly kind: 'none' };
