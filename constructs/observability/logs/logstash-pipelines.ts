import { serviceNamespace } from '../../workload/names';
import { datasets, serviceObject } from './index-template';
import { beatsPort, stackName } from './names';

/** Where Logstash keeps what it has taken and not delivered; its volume is mounted there. */
const dataFolder = '/usr/share/logstash/data';
/** Where its certificate is mounted. */
export const certificateFolder = '/etc/logstash/delivery';

/** The operator names the variables after the cluster. */
const variable = (name: string) => `\${${stackName.toUpperCase()}_ES_${name}}`;

/** Into the data stream that the event names; what Elasticsearch refuses goes to the dead letter queue. */
const output = `output {
  elasticsearch {
    hosts => ["${variable('HOSTS')}"]
    user => "${variable('USER')}"
    password => "${variable('PASSWORD')}"
    ssl_enabled => true
    ssl_certificate_authorities => ["${variable('SSL_CERTIFICATE_AUTHORITY')}"]
    data_stream => true
    data_stream_auto_routing => true
    manage_template => false
  }
}
`;

const stream = (dataset: string, environment: string) => `mutate {
      add_field => {
        "[data_stream][type]" => "logs"
        "[data_stream][dataset]" => "${dataset}"
        "[data_stream][namespace]" => "${environment}"
      }
    }`;

/** Takes what Filebeat sends, and only from who has a certificate; reads the service's lines. No event is dropped. */
export const deliver = (environment: string): string => `input {
  beats {
    port => ${beatsPort}
    ssl_enabled => true
    ssl_certificate => "${certificateFolder}/tls.crt"
    ssl_key => "${certificateFolder}/tls.key"
    ssl_certificate_authorities => ["${certificateFolder}/ca.crt"]
    ssl_client_authentication => "required"
  }
}
filter {
  mutate { remove_field => ["data_stream"] }
  if [kubernetes][namespace] == "${serviceNamespace}" {
    ${stream(datasets.service, environment)}
    json {
      source => "message"
      target => "${serviceObject}"
      tag_on_failure => ["not_json"]
    }
    # A line that is no JSON keeps its text.
    if "not_json" not in [tags] {
      date {
        match => ["[${serviceObject}][time]", "ISO8601"]
        tag_on_failure => ["no_time"]
      }
      mutate {
        copy => {
          "[${serviceObject}][level]" => "[log][level]"
          "[${serviceObject}][traceId]" => "[trace][id]"
        }
        remove_field => ["message"]
      }
    }
  } else {
    ${stream(datasets.others, environment)}
  }
}
${output}`;

/** Keeps what Elasticsearch refused as one text with the reason, in a data stream of its own, where it can be searched. */
export const keepRefused = (environment: string): string => `input {
  dead_letter_queue {
    path => "${dataFolder}/dead_letter_queue"
    pipeline_id => "deliver"
    commit_offsets => true
    clean_consumed => true
  }
}
filter {
  ruby {
    code => '
      line = event.to_json
      reason = event.get("[@metadata][dead_letter_queue][reason]")
      event.to_hash.each_key { |name| event.remove(name) unless name.start_with?("@") }
      event.set("message", line)
      event.set("[error][message]", reason)
    '
  }
  ${stream(datasets.refused, environment)}
}
${output}`;
