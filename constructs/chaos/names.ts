/**
 * On whatever experiments may break, and on nothing else: without it no role of theirs may touch a thing. The name is that of
 * AWS's own scenario of a zone without power.
 */
export const faultTag = { AzImpairmentPower: 'Ready' } as const;

/** Who FIS is in the cluster: the user of its access entry, and the service account of the pod that it starts there. */
export const faultUser = 'holdfast-fault-injection';
export const faultServiceAccount = 'holdfast-fault-injection';

/** Name of an experiment's template and role. */
export const experimentName = (environment: string, experiment: string): string =>
  `${environment}-chaos-${experiment}`;

/** Where experiments are logged. Groups under this prefix need no entry in a resource policy of 5 KB. */
export const faultLogGroup = (name: string): string => `/aws/vendedlogs/fis/${name}`;

/**
 * Accounts in whose registries AWS publishes the pod that deletes pods, by region, as of its documentation in August 2026:
 * docs.aws.amazon.com/fis/latest/userguide/eks-pod-actions.html
 */
const imageAccounts: Readonly<Record<string, string>> = {
  'us-east-1': '731367659002',
  'us-east-2': '051821878176',
  'us-west-1': '080694859247',
  'us-west-2': '864386544765',
  'af-south-1': '056821267933',
  'ap-east-1': '246405402639',
  'ap-northeast-1': '635234321696',
  'ap-northeast-2': '526524659354',
  'ap-south-1': '524781661239',
  'ap-southeast-1': '316401638346',
  'ap-southeast-2': '488104106298',
  'ca-central-1': '490658072207',
  'eu-central-1': '713827034473',
  'eu-central-2': '604225987275',
  'eu-north-1': '263175118295',
  'eu-south-1': '478809367036',
  'eu-south-2': '395402409451',
  'eu-west-1': '205866052826',
  'eu-west-2': '327424803546',
  'eu-west-3': '154605889247',
  'me-central-1': '438374459301',
  'me-south-1': '065825543785',
  'sa-east-1': '767113787785',
};

/** The image of FIS's pod; undefined where AWS publishes none, and pods cannot be deleted by an experiment. */
export const faultPodImage = (region: string): string | undefined =>
  imageAccounts[region] && `${imageAccounts[region]}.dkr.ecr.${region}.amazonaws.com/aws-fis-pod:0.1`;
