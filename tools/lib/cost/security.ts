/** What watches an account. */
import { monthly, type Pricer } from './charge';
import { at, ofType } from './estate';
import { accountUsage } from './usage';

export const security: Record<string, Pricer> = {
  aws_config_configuration_recorder: () => [
    monthly('records', 'config.items', accountUsage.configItems / 1_000),
  ],
  // What is assumed is the account's, whatever number of regions it is looked at in.
  aws_guardduty_detector: (_detector, estate) => {
    const detectors = ofType(estate, 'aws_guardduty_detector').length;
    return [
      monthly('events', 'guardduty.events', accountUsage.guardDutyMillions / detectors),
      monthly('flow and DNS logs', 'guardduty.flow', accountUsage.guardDutyGb / detectors),
    ];
  },
  aws_guardduty_detector_feature: (feature, estate) =>
    at(feature.values, 'name') === 'RUNTIME_MONITORING' && at(feature.values, 'status') === 'ENABLED'
      ? [
          monthly(
            'agents’ processors',
            'guardduty.runtime',
            accountUsage.agentProcessors / ofType(estate, 'aws_guardduty_detector').length,
          ),
        ]
      : [],
  aws_securityhub_account: () => [monthly('checks', 'securityhub.checks', accountUsage.checkThousands)],
  aws_inspector2_enabler: () => [
    monthly('images', 'inspector.image', accountUsage.images),
    monthly('instances', 'inspector.instance', accountUsage.instances),
  ],
  aws_cloudtrail: { free: 'the first copy of management events; its objects are the bucket’s' },
  aws_budgets_budget: { free: 'budgets without actions cost nothing' },
  aws_ce_anomaly_monitor: { free: 'AWS charges nothing for it' },
  aws_ce_anomaly_subscription: { free: 'AWS charges nothing for it' },
  aws_accessanalyzer_analyzer: { free: 'analysers of outside access cost nothing' },
};
