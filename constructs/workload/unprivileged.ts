import type {
  DeploymentV1SpecTemplateSpec,
  DeploymentV1SpecTemplateSpecContainer,
} from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { userId } from './layout';

/** What the Pod Security standard "restricted" asks of a pod. */
export const unprivilegedPod: DeploymentV1SpecTemplateSpec['securityContext'] = {
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  fsGroup: userId,
  // Changing the owner of a large database directory at every start takes minutes.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

/** All of it again: the provider writes `runAsNonRoot: false` on a container that leaves it out. */
export const unprivilegedContainer: DeploymentV1SpecTemplateSpecContainer['securityContext'] = {
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
