import { z } from 'zod';

/** `development`, `staging` and `production` run on AWS; `local` on a laptop, alone legal with embedded services. */
export const tiers = ['local', 'development', 'staging', 'production'] as const;
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Minimum length, in characters, of keys that Holdfast generates. 64 hex digits are 256 bits. */
export const generatedKeyLength = 64;

interface PlainSetting<S extends z.ZodType = z.ZodType> {
  readonly kind: 'plain';
  readonly schema: S;
  readonly description: string;
  /** Whether a running process follows a change of it; the others need a restart. */
  readonly reloadable: boolean;
}
interface SecretSetting<S extends z.ZodType = z.ZodType> {
  readonly kind: 'secret';
  readonly schema: S;
  readonly description: string;
  /** Made by Holdfast, not by somebody else: must be strong outside `local`, and is generated in `local`. */
  readonly generated: boolean;
  /** Followed where it is mounted as a file. */
  readonly reloadable: true;
}
export type SettingDefinition = PlainSetting | SecretSetting;
export type Section = Readonly<Record<`HOLDFAST_${string}`, SettingDefinition>>;

/** A setting that takes effect with a restart. */
export const plain = <S extends z.ZodType>(schema: S, description: string): PlainSetting<S> => ({
  kind: 'plain',
  schema,
  description,
  reloadable: false,
});
/** A setting that a running process follows: whoever uses it reads it each time, and keeps no copy. */
export const reloadable = <S extends z.ZodType>(schema: S, description: string): PlainSetting<S> => ({
  ...plain(schema, description),
  reloadable: true,
});
export const secret = <S extends z.ZodType>(
  schema: S,
  options: { generated: boolean; description: string },
): SecretSetting<S> => ({ kind: 'secret', schema, reloadable: true, ...options });

/** Environment variables are strings; this reads one as a whole number within bounds. */
export const whole = (minimum: number, maximum: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(minimum).max(maximum);
/** A share, from 0 to 1. */
export const ratio = () => z.coerce.number('must be a number from 0 to 1').min(0).max(1);
export const absolutePath = () => z.string().regex(/^\//, 'must be an absolute path');
/** Credentials in an address would be shown wherever the address is: they belong into a secret. */
export const httpAddress = () =>
  z
    .string()
    .regex(/^https?:\/\/[^/@\s]+(\/[^@\s]*)?$/, 'must be an http(s) address without user and password');
