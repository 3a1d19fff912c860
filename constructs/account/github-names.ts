/** The role that a GitHub environment's jobs deploy with. Outside the names of what environments make themselves. */
export const githubDeployRole = (environment: string): string => `github-holdfast-${environment}`;

/** What the deploying role may do, and what every role that it makes may do at most. */
export const githubBoundary = (environment: string): string => `github-holdfast-${environment}`;

/** The role that pull requests plan with. */
export const githubPlanRole = 'github-plan-holdfast';
