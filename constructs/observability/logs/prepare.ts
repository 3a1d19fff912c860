import { createHash } from 'node:crypto';
import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import { JobV1 } from '@cdktf/provider-kubernetes/lib/job-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { escapeTemplate } from '../../core/tf-json';
import { containerSecurity } from '../../platform/hardening';
import { priorityClasses } from '../../platform/names';
import { loggingNamespace } from '../names';
import { elasticPod } from './hardening';
import { dataStream, datasets, indexTemplate, lifecyclePolicy, templateName } from './index-template';
import { elastic, stackVersion } from './names';
import type { ElasticOptions } from './options';
import { savedObjects } from './saved-searches';

export interface PrepareElasticProps {
  readonly options: ElasticOptions;
  readonly environment: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Release of Elasticsearch and Kibana. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Until Elasticsearch and Kibana are there, the first time with new volumes and images. */
const deadlineSeconds = 1_200;

/** Each step can be taken again, with the same result. `&&`, because bash goes on after a failure inside `until` and `if`. */
const script = (environment: string) => `set -euo pipefail
ask() {
  curl --silent --show-error --fail-with-body --user "elastic:$ELASTIC_PASSWORD" "$@"
}
elasticsearch() {
  ask --cacert /certificates/elasticsearch/ca.crt --header 'content-type: application/json' \\
    --request "$1" "${elastic.elasticsearch}/$2" "\${@:3}" && echo
}
kibana() {
  ask --cacert /certificates/kibana/ca.crt --header 'kbn-xsrf: holdfast' \\
    --request "$1" "${elastic.kibana}/$2" "\${@:3}" && echo
}

until elasticsearch GET '_cluster/health?wait_for_status=yellow&timeout=20s'; do sleep 5; done
elasticsearch PUT '_ilm/policy/${templateName}' --data @/files/policy.json
elasticsearch PUT '_index_template/${templateName}' --data @/files/template.json
# What is there already takes the new template with its next line; the first time there is nothing yet.
for stream in ${Object.values(datasets)
  .map((dataset) => dataStream(dataset, environment))
  .join(' ')}; do
  if elasticsearch GET "_data_stream/$stream" >/dev/null 2>&1; then
    elasticsearch POST "$stream/_rollover?lazy=true"
  fi
done

until kibana GET api/status >/dev/null; do sleep 5; done
answer=$(kibana POST 'api/saved_objects/_import?overwrite=true' --form file=@/files/saved-objects.ndjson)
echo "$answer"
# It says 200 whatever became of the objects.
[[ $answer == *'"success":true'* ]]
`;

/**
 * Tells Elasticsearch how long to keep what, and Kibana what people look for: a Job with the image that runs there
 * anyway, since the operator's own way of doing it (StackConfigPolicy) needs a licence. A Job can't be changed, so each
 * content has its own. It acts as the user `elastic`, whose password the operator makes and nobody else sees.
 */
export class PrepareElastic extends Construct {
  readonly job: JobV1;

  constructor(scope: Construct, id: string, props: PrepareElasticProps) {
    super(scope, id);
    const { options, environment, labels } = props;
    const files = {
      'policy.json': JSON.stringify(lifecyclePolicy(options)),
      'template.json': JSON.stringify(indexTemplate(options)),
      'saved-objects.ndjson': savedObjects(),
      'prepare.sh': script(environment),
    };
    const content = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 8);
    const named = (name: string) => ({ name, namespace: loggingNamespace, labels: { ...labels } });
    const configMap = new ConfigMapV1(this, 'files', {
      metadata: named('logs-prepare'),
      data: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, escapeTemplate(text)])),
      dependsOn: [...props.dependsOn],
    });
    this.job = new JobV1(this, 'job', {
      metadata: named(`logs-prepare-${content}`),
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: deadlineSeconds,
        template: { metadata: { labels: { ...labels } }, spec: podSpec() },
      },
      waitForCompletion: true,
      // Above the Job's own deadline: Kubernetes gives up first and says why.
      timeouts: { create: '22m', update: '22m' },
      dependsOn: [configMap],
    });
  }
}

const podSpec = () => ({
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  priorityClassName: priorityClasses.background.name,
  securityContext: {
    ...elasticPod,
    runAsUser: String(elasticPod.runAsUser),
    fsGroup: String(elasticPod.fsGroup),
  },
  container: [
    {
      name: 'prepare',
      image: `docker.elastic.co/elasticsearch/elasticsearch:${stackVersion}`,
      command: ['bash', '/files/prepare.sh'],
      env: [
        {
          name: 'ELASTIC_PASSWORD',
          valueFrom: { secretKeyRef: { name: elastic.userSecret, key: 'elastic' } },
        },
      ],
      resources: {
        requests: { cpu: '20m', memory: '32Mi' },
        limits: { memory: '128Mi' },
      },
      securityContext: {
        ...containerSecurity,
        privileged: false,
        capabilities: { drop: ['ALL'] },
      },
      volumeMount: [
        { name: 'files', mountPath: '/files', readOnly: true },
        { name: 'elasticsearch', mountPath: '/certificates/elasticsearch', readOnly: true },
        { name: 'kibana', mountPath: '/certificates/kibana', readOnly: true },
      ],
    },
  ],
  volume: [
    { name: 'files', configMap: { name: 'logs-prepare' } },
    { name: 'elasticsearch', secret: { secretName: elastic.elasticsearchCertificates } },
    { name: 'kibana', secret: { secretName: elastic.kibanaCertificates } },
  ],
});
