import { z } from 'zod';

/** Values that several of the schemas hold. */
export const whole = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum);
/** Days are whole numbers like others; the name says the unit where it is used. */
export const days = (minimum: number, maximum: number) => whole(minimum, maximum);
export const cidr = z.cidrv4();
export const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-west-1');
/** What CloudWatch accepts as a retention. */
export const logRetentionDays = z.literal([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
]);
/** Tags of everything that AWS bills: who answers for it, who pays, and how far its data may go. */
export const tagsSchema = z.strictObject({
  /** Team that is asked about it. */
  owner: z.string().min(1),
  /** Who pays. */
  costCentre: z.string().min(1),
  /** How far its data may go; restricted is the strictest. */
  dataClassification: z.enum(['public', 'internal', 'confidential', 'restricted']),
});

/**
 * Two to ten lower-case letters and digits, a letter first: short enough that every name made from it fits AWS's
 * limits. `bootstrap` is taken by the account's own stack.
 */
export const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9]{1,9}$/, 'must be 2 to 10 lower-case letters and digits, a letter first')
  .refine(
    (name) => name !== 'bootstrap',
    'must not be "bootstrap", which is the name of the account’s own stack',
  );
