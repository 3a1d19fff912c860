import type { AwsDeployment } from '../../../environments/load';
import { ownerSecretName } from '../../../stacks/props';

/** Ports on this machine that sessions are forwarded from. */
export const localPorts = { psql: 15_432, kubernetes: 8_443 } as const;

/** What `npm run access` opens. */
export const doors = {
  kubeconfig: 'adds the cluster to ~/.kube/config, under the name holdfast-ENV',
  api: 'opens a session to a private Kubernetes API, and keeps it until Ctrl-C',
  psql: 'opens psql on the private database, as holdfast_viewer, who reads; --owner: as the owner of the schema',
} as const;
export type Door = keyof typeof doors;

const nameOf = ({ environment }: AwsDeployment): string => `holdfast-${environment.name}`;
const region = ({ environment }: AwsDeployment): string[] => ['--region', environment.region];

/** Only from inside the VPC, and so through the bastion. */
export const isPrivate = ({ environment }: AwsDeployment): boolean =>
  environment.cluster.publicAccessCidrs.length === 0;

/** A question to AWS that is answered with one word. */
const question = (
  deployment: AwsDeployment,
  operation: readonly [service: string, operation: string],
  about: readonly string[],
  query: string,
): string[] => ['aws', ...operation, ...region(deployment), ...about, '--query', query, '--output', 'text'];

const aboutDatabase = (deployment: AwsDeployment, query: string): string[] =>
  question(
    deployment,
    ['rds', 'describe-db-instances'],
    ['--db-instance-identifier', nameOf(deployment)],
    `DBInstances[0].${query}`,
  );

export const questions = {
  bastion: (deployment: AwsDeployment) =>
    question(
      deployment,
      ['ec2', 'describe-instances'],
      [
        '--filters',
        `Name=tag:Name,Values=${nameOf(deployment)}-bastion`,
        'Name=instance-state-name,Values=running',
      ],
      'Reservations[0].Instances[0].InstanceId',
    ),
  databaseHost: (deployment: AwsDeployment) => aboutDatabase(deployment, 'Endpoint.Address'),
  clusterEndpoint: (deployment: AwsDeployment) =>
    question(deployment, ['eks', 'describe-cluster'], ['--name', nameOf(deployment)], 'cluster.endpoint'),
} as const;

/** Adds the cluster to the kubeconfig; a private one is spoken to through the session that `api` opens. */
export function kubeconfigCommands(deployment: AwsDeployment, endpoint: string): string[][] {
  const name = nameOf(deployment);
  const arn = `arn:aws:eks:${deployment.environment.region}:${deployment.account.id}:cluster/${name}`;
  const set = (property: string, value: string) => [
    'kubectl',
    'config',
    'set',
    // A dot in the key would begin another property; the ARN has none.
    `clusters.${arn}.${property}`,
    value,
  ];
  return [
    ['aws', 'eks', 'update-kubeconfig', ...region(deployment), '--name', name, '--alias', name],
    ...(isPrivate(deployment)
      ? [
          set('server', `https://localhost:${localPorts.kubernetes}`),
          // The certificate is for the real name, and is verified against it.
          set('tls-server-name', new URL(endpoint).hostname),
        ]
      : []),
  ];
}

/** Forwards a port of this machine to something in the VPC, until it is interrupted. */
export const forwardCommand = (
  deployment: AwsDeployment,
  bastion: string,
  to: { readonly host: string; readonly port: number; readonly localPort: number },
): string[] => [
  'aws',
  'ssm',
  'start-session',
  ...region(deployment),
  '--target',
  bastion,
  '--document-name',
  'AWS-StartPortForwardingSessionToRemoteHost',
  '--parameters',
  JSON.stringify({
    host: [to.host],
    portNumber: [String(to.port)],
    localPortNumber: [String(to.localPort)],
  }),
];

/** A login that is valid for fifteen minutes, signed with the caller's own credentials. */
export const tokenCommand = (deployment: AwsDeployment, host: string, user: string): string[] => [
  'aws',
  'rds',
  'generate-db-auth-token',
  ...region(deployment),
  '--hostname',
  host,
  '--port',
  '5432',
  '--username',
  user,
];

/** psql through the forwarded port; the server's certificate is checked against its real name. */
export const psqlCommand = (host: string, user: string, database: string, ca: string): string[] => [
  'psql',
  [
    `host=${host}`,
    'hostaddr=127.0.0.1',
    `port=${localPorts.psql}`,
    `user=${user}`,
    `dbname=${database}`,
    'sslmode=verify-full',
    `sslrootcert=${ca}`,
  ].join(' '),
];

/** The secret that holds the owner's password: Holdfast's own where there are replicas, otherwise the one RDS keeps. */
export const ownerSecretQuestion = (deployment: AwsDeployment): string[] | string =>
  deployment.environment.database.ownerPasswordVersion
    ? ownerSecretName(deployment.environment.name)
    : aboutDatabase(deployment, 'MasterUserSecret.SecretArn');

/** Prints the secret: a JSON object with `username` and `password`. */
export const secretCommand = (deployment: AwsDeployment, secret: string): string[] =>
  question(deployment, ['secretsmanager', 'get-secret-value'], ['--secret-id', secret], 'SecretString');
