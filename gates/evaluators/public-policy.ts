import { type Judgement, says } from '../engine/judge';
import { isPublic, type Statement } from '../engine/policy';

/** Whether no statement of a resource's policy is for everybody. */
export function letsNobodyIn(policy: readonly Statement[]): Judgement {
  const open = policy.filter(isPublic);
  return says(
    open.length === 0,
    open.length === 0
      ? 'no statement allows everybody'
      : `${open.map(({ sid }) => sid || 'a statement').join(', ')} allows everybody`,
  );
}
