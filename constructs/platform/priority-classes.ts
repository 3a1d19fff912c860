import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { Construct } from 'constructs';
import { priorityClasses } from './names';

/** Below what EKS reserves for the cluster itself, above everything that states no priority. */
export class PriorityClasses extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new PriorityClassV1(this, 'serving', {
      metadata: { name: priorityClasses.serving.name },
      value: priorityClasses.serving.value,
      description: 'Answers requests, or has to run before anything can. May push background work out.',
    });
    new PriorityClassV1(this, 'background', {
      metadata: { name: priorityClasses.background.name },
      value: priorityClasses.background.value,
      description: 'Works on a queue: later is fine.',
      // It waits for room rather than to push out something else.
      preemptionPolicy: 'Never',
    });
  }
}
