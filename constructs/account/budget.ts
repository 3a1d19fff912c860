import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  /** Unique in the account. Changing it replaces the budget. */
  readonly name: string;
  /** US dollars a month, over the whole account. */
  readonly limitUsd: number;
  /** Who gets the mails; at most ten. */
  readonly emails: readonly string[];
}

/** Mails at 80 % of what was spent and at 100 % of what AWS expects. It stops nothing. */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, props: MonthlyBudgetProps) {
    super(scope, id);
    const mail = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: 'PERCENTAGE',
      comparisonOperator: 'GREATER_THAN',
      subscriberEmailAddresses: [...props.emails],
    });
    new BudgetsBudget(this, 'budget', {
      name: props.name,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      limitAmount: String(props.limitUsd),
      limitUnit: 'USD',
      notification: [mail('ACTUAL', 80), mail('FORECASTED', 100)],
    });
  }
}
