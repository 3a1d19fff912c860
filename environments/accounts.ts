import type { AccountInput } from './account-schema';

/**
 * The AWS accounts that the environments live in. Replace both ids with your own: plan and apply refuse the examples.
 * One account for everything works too: delete the other and name the same in every environment.
 * To let a repository's workflows in, add `github: { repository: 'owner/name' }` (docs/bootstrap.md).
 */
export const accounts = {
  nonprod: {
    id: '111111111111',
    region: 'eu-west-1',
    // States and audit logs say how everything is made, whatever data the environments hold.
    tags: { owner: 'platform', costCentre: 'engineering', dataClassification: 'confidential' },
    monthlyBudgetUsd: 2_000,
    alertEmails: ['platform@example.com'],
    // An example like the ids: with a zone of your own, say whether bootstrap makes it (docs/domain.md).
    zones: [{ name: 'nonprod.example.com', ownership: 'adopted' }],
  },
  prod: {
    id: '222222222222',
    region: 'eu-west-1',
    tags: { owner: 'platform', costCentre: 'product', dataClassification: 'confidential' },
    monthlyBudgetUsd: 6_000,
    alertEmails: ['platform@example.com'],
    zones: [{ name: 'example.com', ownership: 'adopted' }],
    security: { runtimeAgents: true },
    retention: { trailDays: 731, configurationDays: 731 },
  },
} satisfies Record<string, AccountInput>;
