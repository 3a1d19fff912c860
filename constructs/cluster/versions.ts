/** Minor versions of Kubernetes that the tables below know; the environments' schema offers the same. */
export type KubernetesVersion = '1.35' | '1.36';
export type Architecture = 'arm64' | 'x86_64';
/** al2023: Amazon Linux, a general system. bottlerocket: read-only, without shell or package manager. */
export type NodeImage = 'al2023' | 'bottlerocket';
export type AddOn =
  | 'vpc-cni'
  | 'kube-proxy'
  | 'eks-pod-identity-agent'
  | 'coredns'
  | 'aws-ebs-csi-driver'
  | 'metrics-server'
  | 'snapshot-controller';

interface Release {
  readonly addOns: Readonly<Record<AddOn, string>>;
  /** Releases of EKS's images, the same for both architectures. */
  readonly nodeImages: Readonly<Record<NodeImage, string>>;
}

/**
 * What runs on each version: pinned, so that two clusters made a month apart are the same, and an update is a commit.
 * Adding a minor version is a compile error until its row is complete.
 *
 * Sources, read 2026-11-21 in public repositories' records of running clusters, not confirmed against an account:
 * 1.36: one upgrade log of September 2026 that found all add-ons ACTIVE, the agent from a second cluster, the image from
 * a third (October 2026), the snapshot controller from a fourth, whose version of Kubernetes is not told. 1.35: configurations of September and October 2026. Confirm or renew a row with
 * `aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name vpc-cni` and
 * `aws ssm get-parameter --name /aws/service/eks/optimized-ami/1.36/amazon-linux-2023/arm64/standard/recommended/release_version`.
 * `aws ssm get-parameter --name /aws/service/bottlerocket/aws-k8s-1.36/arm64/latest/image_version` for Bottlerocket,
 * whose releases carry their commit: EKS takes none without it. 1.58.0 stands in the names of published images of April
 * 2026, 1.66.0 in those of 1.36 for both architectures, on nodes seen on 2026-09-24.
 */
export const releases: Readonly<Record<KubernetesVersion, Release>> = {
  '1.35': {
    addOns: {
      'vpc-cni': 'v1.22.4-eksbuild.3',
      'kube-proxy': 'v1.35.3-eksbuild.29',
      'eks-pod-identity-agent': 'v1.3.10-eksbuild.3',
      coredns: 'v1.13.2-eksbuild.31',
      'aws-ebs-csi-driver': 'v1.66.0-eksbuild.1',
      'metrics-server': 'v0.9.0-eksbuild.11',
      'snapshot-controller': 'v8.4.0-eksbuild.3',
    },
    nodeImages: { al2023: '1.35.8-20260930', bottlerocket: '1.58.0-c5c37032' },
  },
  '1.36': {
    addOns: {
      'vpc-cni': 'v1.22.4-eksbuild.3',
      'kube-proxy': 'v1.36.0-eksbuild.25',
      'eks-pod-identity-agent': 'v1.3.10-eksbuild.3',
      coredns: 'v1.14.3-eksbuild.23',
      'aws-ebs-csi-driver': 'v1.66.0-eksbuild.1',
      'metrics-server': 'v0.9.0-eksbuild.11',
      'snapshot-controller': 'v8.4.0-eksbuild.3',
    },
    nodeImages: { al2023: '1.36.4-20260930', bottlerocket: '1.66.0-1ad6b4a4' },
  },
};

/** What EKS calls them. */
export const nodeImageType: Readonly<Record<NodeImage, Readonly<Record<Architecture, string>>>> = {
  al2023: { arm64: 'AL2023_ARM_64_STANDARD', x86_64: 'AL2023_x86_64_STANDARD' },
  bottlerocket: { arm64: 'BOTTLEROCKET_ARM_64', x86_64: 'BOTTLEROCKET_x86_64' },
};
