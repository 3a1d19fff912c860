import { containerSecurity } from '../../platform/hardening';

/** User of Elastic's images. Its group is root, as which the images' files may be read. */
const userId = 1000;

/** What the Pod Security standard "restricted" asks of a pod; written out, because the operator's own leaves the user open. */
export const elasticPod = {
  runAsNonRoot: true,
  runAsUser: userId,
  fsGroup: userId,
  // Changing the owner of a full volume at every start takes minutes.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** Logstash's start script writes below its own folder: its root can't be read-only. */
export const writableRoot = { ...containerSecurity, readOnlyRootFilesystem: false } as const;
