import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  /** Unique in the account. Changing it replaces the budget. */
  readonly name: string;
  /** US dollars a month, over the whole account, or over what bears `tag`. */
  readonly limitUsd: number;
  /**
   * Only what bears this tag counts. AWS counts by a tag once it is activated as a cost allocation tag, by hand, a day
   * after something first bore it (docs/cost.md); before that the budget stays at zero. Default: the whole account.
   */
  readonly tag?: { readonly key: string; readonly value: string };
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
      ...(props.tag
        ? { costFilter: [{ name: 'TagKeyValue', values: [`user:${props.tag.key}$${props.tag.value}`] }] }
        : {}),
      notification: [mail('ACTUAL', 80), mail('FORECASTED', 100)],
    });
  }
}
