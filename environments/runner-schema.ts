import { z } from 'zod';

/**
 * Where jobs of GitHub run that speak to an environment's cluster. GitHub's own machines reach no private endpoint: with an empty
 * `cluster.publicAccessCidrs` the jobs have to run inside the VPC. Changing it changes nothing on AWS.
 */
export const runnerSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      /**
       * GitHub's own machines. The standard ones have thousands of addresses, so that in practice only larger runners with
       * static ones can be admitted by `cluster.publicAccessCidrs`; `label` is then their label.
       */
      kind: z.literal('hosted'),
      /** Default: ubuntu-24.04. */
      label: z
        .string()
        .regex(/^[\w.-]+$/, 'must be the label of a runner')
        .default('ubuntu-24.04'),
    }),
    z.strictObject({
      /** Machines of your own inside the VPC. Use ephemeral ones: a job must not find what another left. */
      kind: z.literal('self-hosted'),
      /** All of them have to match. Keep a runner for each account, or a job of dev could end on prod's. */
      labels: z.array(z.string().regex(/^[\w.-]+$/, 'must be the label of a runner')).min(1),
    }),
    z.strictObject({
      /** A CodeBuild project of the account, set up in the VPC as GitHub's runner: a fresh machine for each job. */
      kind: z.literal('codebuild'),
      /** Its name. */
      project: z.string().regex(/^[A-Za-z0-9][\w-]{1,149}$/, 'must be the name of a CodeBuild project'),
    }),
  ],
  { error: 'must be one of "hosted", "self-hosted", "codebuild"' },
);

export type Runner = z.output<typeof runnerSchema>;
