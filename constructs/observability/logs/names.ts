import { loggingNamespace } from '../names';

/** Version of Elasticsearch, Kibana, Logstash and Filebeat: what the operator's chart of the same day brings (eck-stack 0.20.0). */
export const stackVersion = '9.5.0';

/** Of the Elasticsearch, Kibana and Logstash objects; the operator derives every other name from it. */
export const stackName = 'logs';

/** What the operator makes of the names. */
export const elastic = {
  elasticsearch: `https://${stackName}-es-http.${loggingNamespace}.svc:9200`,
  kibana: `https://${stackName}-kb-http.${loggingNamespace}.svc:5601`,
  /** Holds the password of the user `elastic`, under that name. */
  userSecret: `${stackName}-es-elastic-user`,
  elasticsearchCertificates: `${stackName}-es-http-certs-public`,
  kibanaCertificates: `${stackName}-kb-http-certs-public`,
} as const;

/** Where Logstash takes what Filebeat sends. */
export const beatsPort = 5044;
export const logstashHost = `${stackName}-ls-beats.${loggingNamespace}.svc`;

export const lokiPort = 3100;
export const lokiAddress = `http://loki.${loggingNamespace}.svc:${lokiPort}`;

/** Secrets that cert-manager fills, with `tls.crt`, `tls.key` and `ca.crt`. */
export const deliverySecrets = { server: 'log-delivery-server', client: 'log-delivery-client' } as const;
