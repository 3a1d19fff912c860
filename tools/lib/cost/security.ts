/** What watches an account. */
import { monthly, type Pricer } from './charge';
import { at } from './estate';
import { accountUsage } from './usage';

export const security: Record<string, Pricer> = {
  aws_config_configuration_recorder: () => [
    monthly('records', 'config.items', accountUsage.configItems / 1_000),
  ],
  aws_guardduty_detector: () => [
    monthly('events', 'guardduty.events', accountUsage.guardDutyMillions),
    monthly('flow and DNS logs', 'guardduty.flow', accountUsage.guardDutyGb),
  ],
  aws_guardduty_detector_feature: (feature) =>
    at(feature.values, 'name') === 'RUNTIME_MONITORING' && at(feature.values, 'status') === 'ENABLED'
      ? [monthly('agents’ processors', 'guardduty.runtime', accountUsage.agentProcessors)]
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
