import {
  ErrorCode,
  type EvaluationContext,
  type FlagMetadata,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { flags as definitions, type FlagKey, type FlagScalar } from '../../contract';
import type { Flags } from './flags';

/**
 * Our flags for code that speaks OpenFeature, such as a library or a plug-in. The service itself asks `Flags`, which
 * costs a hundredth of a call through the SDK.
 */
export class FlagsProvider implements Provider {
  readonly metadata = { name: 'holdfast' };
  readonly runsOn = 'server';

  constructor(private readonly flags: Flags) {}

  resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext) {
    return this.#resolve(key, fallback, context);
  }
  resolveStringEvaluation(key: string, fallback: string, context: EvaluationContext) {
    return this.#resolve(key, fallback, context);
  }
  resolveNumberEvaluation(key: string, fallback: number, context: EvaluationContext) {
    return this.#resolve(key, fallback, context);
  }
  /** There are no flags that hold objects. */
  async resolveObjectEvaluation<T extends JsonValue>(key: string, value: T): Promise<ResolutionDetails<T>> {
    const known = Object.hasOwn(definitions, key);
    return failed(value, known ? ErrorCode.TYPE_MISMATCH : ErrorCode.FLAG_NOT_FOUND, key);
  }

  async #resolve<T extends FlagScalar>(
    key: string,
    fallback: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    if (!Object.hasOwn(definitions, key)) return failed(fallback, ErrorCode.FLAG_NOT_FOUND, key);
    const { value, variant, reason } = this.flags.evaluate(key as FlagKey, context);
    if (typeof value !== typeof fallback) return failed(fallback, ErrorCode.TYPE_MISMATCH, key);
    const flagMetadata: FlagMetadata = { ...this.flags.set.entry(key as FlagKey).flag.metadata };
    return { value: value as T, variant, reason, flagMetadata };
  }
}

const failed = <T>(value: T, errorCode: ErrorCode, key: string): ResolutionDetails<T> => ({
  value,
  reason: 'ERROR',
  errorCode,
  errorMessage:
    errorCode === ErrorCode.FLAG_NOT_FOUND ? `no flag "${key}"` : `flag "${key}" is of another type`,
});
