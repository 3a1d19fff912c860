import { SecurityhubAccount } from '@cdktf/provider-aws/lib/securityhub-account';
import { SecurityhubStandardsSubscription } from '@cdktf/provider-aws/lib/securityhub-standards-subscription';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface SecurityFindingsProps {
  /** Such as eu-west-1. */
  readonly region: string;
  /** What records the configuration: the first findings would otherwise say that nothing does. Default: nothing. */
  readonly after?: ITerraformDependable[];
}

/** Standards that the account is checked against. A newer version is another standard, with its own history. */
const standards = {
  foundational: 'aws-foundational-security-best-practices/v/1.0.0',
  cis: 'cis-aws-foundations-benchmark/v/3.0.0',
} as const;

/** Security Hub: one per account and region. It gathers findings, and checks what AWS Config records. */
export class SecurityFindings extends Construct {
  constructor(scope: Construct, id: string, props: SecurityFindingsProps) {
    super(scope, id);
    const hub = new SecurityhubAccount(this, 'hub', {
      // AWS's own choice would be CIS 1.2 of 2018.
      enableDefaultStandards: false,
      autoEnableControls: true,
      // One finding for a control that several standards share.
      controlFindingGenerator: 'SECURITY_CONTROL',
      dependsOn: props.after,
    });
    for (const [name, standard] of Object.entries(standards)) {
      new SecurityhubStandardsSubscription(this, name, {
        standardsArn: `arn:aws:securityhub:${props.region}::standards/${standard}`,
        dependsOn: [hub],
      });
    }
  }
}
