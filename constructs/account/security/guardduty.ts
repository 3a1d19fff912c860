import { GuarddutyDetector } from '@cdktf/provider-aws/lib/guardduty-detector';
import { GuarddutyDetectorFeature } from '@cdktf/provider-aws/lib/guardduty-detector-feature';
import { Construct } from 'constructs';

export interface ThreatDetectionProps {
  /**
   * GuardDuty installs its agent on every EKS cluster of the account and region, as an add-on whose version it chooses,
   * and an endpoint with a security group into their VPCs. It removes neither: a VPC can't be destroyed until they are.
   */
  readonly runtimeAgents: boolean;
}

/** What GuardDuty reads besides CloudTrail, VPC flows and DNS. Each is billed by what it reads. */
const sources = ['S3_DATA_EVENTS', 'EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION', 'RDS_LOGIN_EVENTS'] as const;

/** GuardDuty: one detector per account and region. Destroying it deletes its findings. */
export class ThreatDetection extends Construct {
  constructor(scope: Construct, id: string, props: ThreatDetectionProps) {
    super(scope, id);
    const detector = new GuarddutyDetector(this, 'detector', {
      enable: true,
      findingPublishingFrequency: 'FIFTEEN_MINUTES',
    });
    for (const name of sources) {
      new GuarddutyDetectorFeature(this, name.toLowerCase().replaceAll('_', '-'), {
        detectorId: detector.id,
        name,
        status: 'ENABLED',
      });
    }
    new GuarddutyDetectorFeature(this, 'runtime-monitoring', {
      detectorId: detector.id,
      name: 'RUNTIME_MONITORING',
      // Costs nothing without agents, and reports clusters that bring one of their own.
      status: 'ENABLED',
      // All three are said: GuardDuty answers with all three, and what is left out would be a change for ever.
      additionalConfiguration: [
        { name: 'EKS_ADDON_MANAGEMENT', status: props.runtimeAgents ? 'ENABLED' : 'DISABLED' },
        { name: 'ECS_FARGATE_AGENT_MANAGEMENT', status: 'DISABLED' },
        { name: 'EC2_AGENT_MANAGEMENT', status: 'DISABLED' },
      ],
    });
  }
}
