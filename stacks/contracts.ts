import { StackContract, text, texts } from '../constructs/core/stack-contract';

/** What `<env>-network` hands on. */
export const networkContract = new StackContract('network', {
  vpc_id: text('Id of the VPC.', 'vpc-0123456789abcdef0'),
  vpc_cidr: text('Address range of the VPC.', '10.0.0.0/16'),
  public_subnet_ids: texts('Subnets of load balancers, one per zone.', [
    'subnet-00000000000000001',
    'subnet-00000000000000002',
    'subnet-00000000000000003',
  ]),
  public_subnet_cidrs: texts('Where the load balancer’s requests come from.', [
    '10.0.0.0/22',
    '10.0.4.0/22',
    '10.0.8.0/22',
  ]),
  private_subnet_ids: texts('Subnets of nodes and pods, one per zone.', [
    'subnet-00000000000000011',
    'subnet-00000000000000012',
    'subnet-00000000000000013',
  ]),
  database_subnet_ids: texts('Subnets of databases and caches, without a route to the internet.', [
    'subnet-00000000000000021',
    'subnet-00000000000000022',
    'subnet-00000000000000023',
  ]),
  domain_name: text('Name that the environment answers to; empty where nothing listens.', 'dev.example.com'),
  zone_id: text(
    'Zone of Route 53 that the name lies in; empty where nothing listens.',
    'Z0123456789ABCDEFGHIJ',
  ),
  certificate_arn: text(
    'Valid certificate for the listeners; empty where nothing listens.',
    'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000',
  ),
  web_acl_arn: text(
    'Web ACL for the load balancers; empty where nothing listens.',
    'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/holdfast-example/00000000-0000-0000-0000-000000000000',
  ),
  failover_check_id: text(
    'Health check that holds as long as the name leads here; empty where no other region answers to it.',
    '00000000-0000-0000-0000-000000000000',
  ),
});

/** What `<env>-cluster` hands on. */
export const clusterContract = new StackContract('cluster', {
  cluster_name: text('Name of the EKS cluster.', 'holdfast-example'),
  cluster_endpoint: text(
    'URL of the Kubernetes API.',
    'https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com',
  ),
  cluster_ca: text(
    'Certificate authority of the API, PEM in base64.',
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==',
  ),
  cluster_security_group_id: text('Security group that EKS puts on nodes and pods.', 'sg-0123456789abcdef0'),
  external_secrets_role_name: text(
    'IAM role of the external-secrets controller; stacks that make secrets let it read them.',
    'holdfast-example-external-secrets',
  ),
});

/** What `<env>-data` hands on. Nothing in it is secret. */
export const dataContract = new StackContract('data', {
  database_host: text(
    'Host that the service’s requests go to: RDS Proxy where there is one, else the PostgreSQL primary.',
    'holdfast-example.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com',
  ),
  database_direct_host: text(
    'Host of the PostgreSQL primary itself, for migrations, LISTEN and session locks.',
    'holdfast-example.abcdefghijkl.eu-west-1.rds.amazonaws.com',
  ),
  database_reader_hosts: texts('Hosts of the read replicas; as many as the environment asks for, or none.', [
    'holdfast-example-replica-1.abcdefghijkl.eu-west-1.rds.amazonaws.com',
  ]),
  database_port: text('Port of all of them.', '5432'),
  database_name: text('Name of the database.', 'holdfast'),
  database_resource_id: text(
    'Id of the PostgreSQL primary in the ARNs of logins.',
    'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ),
  database_owner_secret_arn: text(
    'Secret that holds the owner’s user name and password.',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-00000000-0000-0000-0000-000000000000-AbCdEf',
  ),
  cache_host: text(
    'Host of the Valkey primary; of the configuration endpoint where cache_mode is "cluster".',
    'master.holdfast-example.abcdef.euw1.cache.amazonaws.com',
  ),
  cache_mode: text('standalone, or cluster where shards share the keys.', 'standalone'),
  cache_port: text('Port of the Valkey primary.', '6379'),
  cache_name: text('Id of the replication group, part of signed logins.', 'holdfast-example'),
  service_secret_name: text(
    'Secret that holds the keys which Holdfast generates.',
    'holdfast/example/service',
  ),
  grafana_secret_name: text(
    'Secret that holds the password of Grafana’s administrator.',
    'holdfast/example/grafana',
  ),
  alerting_secret_name: text(
    'Secret that holds what the receivers of alerts need.',
    'holdfast/example/alerting',
  ),
  backup_bucket_name: text('Bucket of backups.', 'holdfast-example-backups-123456789012-eu-west-1'),
  artefact_bucket_name: text(
    'Bucket of what builds and drills leave.',
    'holdfast-example-artefacts-123456789012-eu-west-1',
  ),
  log_bucket_name: text(
    'Bucket of the logs that AWS delivers; encrypted with keys of S3.',
    'holdfast-example-logs-123456789012-eu-west-1',
  ),
  trace_bucket_name: text(
    'Bucket of traces; empty where there are none.',
    'holdfast-example-traces-123456789012-eu-west-1',
  ),
  integration_secret_name: text(
    'Secret that holds the keys of other people’s services; empty where none is asked.',
    'holdfast/example/integrations',
  ),
  metrics_workspace_id: text(
    'Workspace of Amazon Managed Prometheus that metrics are copied to; empty where they are not.',
    'ws-00000000-0000-0000-0000-000000000000',
  ),
  data_key_arn: text(
    'Key of database, cache, secrets, and the buckets but that of logs.',
    'arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000',
  ),
});

/** What `<env>-platform` hands on. */
export const platformContract = new StackContract('platform', {
  secret_store: text('Name of the ClusterSecretStore.', 'aws-secrets-manager'),
});

/** Every contract by the component that publishes it. */
export const contracts = {
  network: networkContract,
  cluster: clusterContract,
  data: dataContract,
  platform: platformContract,
} as const;
