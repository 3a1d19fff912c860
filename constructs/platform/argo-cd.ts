import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { TfValue } from '../core/tf-json';
import { type KubernetesObject, RawObjects } from '../kubernetes/raw-objects';
import { RestrictedNamespace, type RestrictedNamespaceProps } from '../kubernetes/restricted-namespace';
import { type ServiceTeam, teamObjects } from './argo-cd-teams';
import { ChartRelease } from './chart-release';
import { charts } from './charts';
import { ControllerNetwork } from './controller-network';
import { type ContainerResources, controllerPriority, resources } from './hardening';
import { namespaces, platformLabels, secretStoreName } from './names';

type PartValues = { readonly replicas: number; readonly resources: ContainerResources };
type BudgetedValues = PartValues & {
  readonly pdb: { readonly enabled: boolean; readonly maxUnavailable: number };
};
/** The chart's own security contexts meet the standard "restricted"; nothing here weakens them. */
export type ArgoCdValues = {
  readonly crds: { readonly install: true; readonly keep: true };
  readonly global: {
    readonly domain: string;
    readonly priorityClassName: string;
    /** The chart's own let everybody at the server, and every namespace at the metrics. */
    readonly networkPolicy: { readonly create: false };
  };
  readonly configs: {
    readonly cm: {
      readonly 'admin.enabled': false;
      readonly 'exec.enabled': false;
      readonly 'users.anonymous.enabled': false;
      readonly 'oidc.config'?: string;
      readonly url: string;
    };
    readonly params: { readonly 'server.insecure': boolean };
    readonly rbac: { readonly 'policy.default': ''; readonly 'policy.csv': string; readonly scopes: string };
    readonly secret: { readonly createSecret: true };
  };
  readonly controller: BudgetedValues;
  readonly server: BudgetedValues;
  readonly repoServer: BudgetedValues;
  readonly applicationSet: BudgetedValues;
  readonly redis: { readonly enabled: boolean; readonly resources: ContainerResources };
  readonly redisSecretInit: { readonly resources: ContainerResources };
  readonly 'redis-ha': { readonly enabled: boolean };
  /** Sign-on goes straight to the provider. */
  readonly dex: { readonly enabled: false };
  readonly notifications: { readonly enabled: false };
};

export interface SingleSignOn {
  /** Such as https://login.example.com/realms/main. */
  readonly issuer: string;
  readonly clientId: string;
  /** Name of the entry of Secrets Manager whose property `clientSecret` is the client's secret; a person fills it. */
  readonly secretName: string;
  /** Group of the provider whose members administer Argo CD. */
  readonly adminGroup: string;
}

export interface ArgoCdProps {
  /** Host name that people reach it by. */
  readonly host: string;
  /** Two and more of each part, and a Redis of three, which needs three nodes. */
  readonly highlyAvailable: boolean;
  /** Default: nobody can log in; what teams deploy is decided by their repositories alone. */
  readonly singleSignOn?: SingleSignOn;
  readonly teams: readonly ServiceTeam[];
  readonly vpcCidr: string;
  readonly podSecurityVersion: RestrictedNamespaceProps['podSecurityVersion'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Lets service teams deploy from their own repositories, each into its own namespaces. Holdfast itself is Terraform's. */
export class ArgoCd extends Construct {
  constructor(scope: Construct, id: string, props: ArgoCdProps) {
    super(scope, id);
    const namespace = namespaces.argoCd;
    const home = new RestrictedNamespace(this, 'namespace', {
      name: namespace,
      podSecurityVersion: props.podSecurityVersion,
    });
    const network = new ControllerNetwork(this, 'network', {
      namespace,
      vpcCidr: props.vpcCidr,
      metricsPorts: [8080, 8082, 8083, 8084],
      // Repositories by SSH.
      egressPorts: [22],
      dependsOn: [home.resource],
    });
    const secret = props.singleSignOn && [
      this.clientSecret(props.singleSignOn, [home.resource, ...props.dependsOn]),
    ];
    const chart = new ChartRelease(this, 'chart', {
      chart: charts.argoCd,
      releaseName: 'argocd',
      namespace,
      values: values(props),
      timeoutSeconds: 900,
      dependsOn: [home.resource, ...network.policies, ...(secret ?? []), ...props.dependsOn],
    });
    if (props.teams.length > 0) {
      new RawObjects(this, 'teams', {
        releaseName: 'service-teams',
        namespace,
        objects: props.teams.flatMap((team) => teamObjects(team, namespace)),
        // Applications take what they deployed down with them.
        timeoutSeconds: 1800,
        dependsOn: [chart.release],
      });
    }
  }

  private clientSecret(
    signOn: SingleSignOn,
    dependsOn: readonly ITerraformDependable[],
  ): ITerraformDependable {
    return new RawObjects(this, 'sign-on', {
      releaseName: 'argocd-sign-on',
      namespace: namespaces.argoCd,
      objects: [externalSecret(signOn)],
      dependsOn,
    }).release;
  }
}

const signOnSecret = 'argocd-sign-on';

/** Argo CD reads a Secret's key only where the Secret is labelled as part of it. */
const externalSecret = (signOn: SingleSignOn): KubernetesObject => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: signOnSecret, namespace: namespaces.argoCd, labels: platformLabels('argocd') },
  spec: {
    secretStoreRef: { kind: 'ClusterSecretStore', name: secretStoreName },
    refreshInterval: '5m',
    target: {
      name: signOnSecret,
      creationPolicy: 'Owner',
      deletionPolicy: 'Retain',
      template: { metadata: { labels: { 'app.kubernetes.io/part-of': 'argocd' } } },
    },
    data: [{ secretKey: 'clientSecret', remoteRef: { key: signOn.secretName, property: 'clientSecret' } }],
  },
});

/** JSON, which is YAML; `$secret:key` is Argo CD's own reference. */
const oidc = (signOn: SingleSignOn): string =>
  JSON.stringify({
    name: 'Single sign-on',
    issuer: signOn.issuer,
    clientID: signOn.clientId,
    clientSecret: `$${signOnSecret}:clientSecret`,
    requestedScopes: ['openid', 'profile', 'email', 'groups'],
  } satisfies TfValue);

function values(props: ArgoCdProps): ArgoCdValues {
  const { highlyAvailable, singleSignOn } = props;
  const part = (size: ContainerResources, replicas = highlyAvailable ? 2 : 1): BudgetedValues => ({
    replicas,
    resources: size,
    // One that may never go would hold the drain of its node up.
    pdb: { enabled: replicas > 1, maxUnavailable: 1 },
  });
  return {
    crds: { install: true, keep: true },
    global: {
      domain: props.host,
      priorityClassName: controllerPriority,
      networkPolicy: { create: false },
    },
    configs: {
      cm: {
        'admin.enabled': false,
        'exec.enabled': false,
        'users.anonymous.enabled': false,
        ...(singleSignOn && { 'oidc.config': oidc(singleSignOn) }),
        url: `https://${props.host}`,
      },
      params: { 'server.insecure': false },
      rbac: {
        'policy.default': '',
        // What a team may do stands in its project.
        'policy.csv': singleSignOn ? `g, ${singleSignOn.adminGroup}, role:admin` : '',
        scopes: '[groups]',
      },
      secret: { createSecret: true },
    },
    // Its replicas divide clusters among them, and there is one.
    controller: part(resources('250m', '512Mi', '2Gi'), 1),
    server: part(resources('50m', '128Mi', '512Mi')),
    repoServer: part(resources('100m', '256Mi', '1Gi')),
    applicationSet: part(resources('50m', '96Mi', '256Mi')),
    redis: { enabled: !highlyAvailable, resources: resources('50m', '64Mi', '256Mi') },
    redisSecretInit: { resources: resources('10m', '32Mi', '128Mi') },
    'redis-ha': { enabled: highlyAvailable },
    dex: { enabled: false },
    notifications: { enabled: false },
  };
}
