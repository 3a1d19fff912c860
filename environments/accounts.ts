import type { AccountInput } from './schema';

/**
 * The AWS accounts that the environments live in. Replace both ids with your own: plan and apply refuse the examples.
 * One account for everything works too: delete the other and name the same in every environment.
 */
export const accounts = {
  nonprod: {
    id: '111111111111',
    region: 'eu-west-1',
    monthlyBudgetUsd: 1_500,
    alertEmails: ['platform@example.com'],
  },
  prod: {
    id: '222222222222',
    region: 'eu-west-1',
    monthlyBudgetUsd: 6_000,
    alertEmails: ['platform@example.com'],
  },
} satisfies Record<string, AccountInput>;
