import type { TerraformRemoteState } from 'cdktf';
import { DataTerraformRemoteStateLocal, DataTerraformRemoteStateS3, TerraformOutput } from 'cdktf';
import type { HoldfastStack } from './stack';

interface OutputDefinition<Kind extends 'text' | 'texts', Value> {
  readonly kind: Kind;
  readonly description: string;
  /** A value as the provider accepts it: `terraform test` plans every consumer with it, without its producer. */
  readonly example: Value;
}
type Output = OutputDefinition<'text', string> | OutputDefinition<'texts', readonly string[]>;

/** One value. */
export const text = (description: string, example: string) =>
  ({ kind: 'text', description, example }) as const;
/** A list, handed on as a whole: the elements of a list that Terraform fills in can't be counted or picked. */
export const texts = (description: string, example: readonly string[]) =>
  ({ kind: 'texts', description, example }) as const;

export type HandedOver<O extends Record<string, Output>> = {
  readonly [K in keyof O]: O[K]['kind'] extends 'texts' ? string[] : string;
};

/**
 * What one stack hands to the stacks after it: outputs with fixed names, never implicit references. cdktf's own
 * cross-stack references name outputs after construct ids and drop them with their last consumer, so that a consumer
 * still deployed breaks.
 *
 * Removing a key takes two releases: its consumers first, then the key.
 */
export class StackContract<const O extends Record<string, Output>> {
  constructor(
    /** Component of the stack that publishes, such as `network`. */
    readonly component: string,
    readonly outputs: O,
  ) {}

  /** Writes the outputs. A key that is missing or unknown does not compile. */
  publish(producer: HoldfastStack, values: HandedOver<O>): void {
    for (const [key, output] of Object.entries(this.outputs)) {
      const value = values[key as keyof O];
      new TerraformOutput(producer, `output-${key.replaceAll('_', '-')}`, {
        value,
        description: output.description,
      }).overrideLogicalId(key);
    }
  }

  /** Reads the outputs from the producer's state, and makes the consumer deploy after it. */
  consume(consumer: HoldfastStack, producer: HoldfastStack): HandedOver<O> {
    if (producer.component !== this.component) {
      throw new Error(`the contract of ${this.component} can't be read from ${producer.node.id}`);
    }
    consumer.addDependency(producer);
    const state = remoteState(consumer, producer);
    state.overrideLogicalId(this.component);
    const entries = Object.entries(this.outputs).map(([key, output]) => [
      key,
      output.kind === 'texts' ? state.getList(key) : state.getString(key),
    ]);
    return Object.fromEntries(entries) as HandedOver<O>;
  }

  /** The outputs as a consumer's `terraform test` sees them. */
  examples(): Record<string, string | readonly string[]> {
    return Object.fromEntries(Object.entries(this.outputs).map(([key, output]) => [key, output.example]));
  }
}

function remoteState(consumer: HoldfastStack, producer: HoldfastStack): TerraformRemoteState {
  const id = `state-${producer.component}`;
  return producer.state.kind === 's3'
    ? new DataTerraformRemoteStateS3(consumer, id, {
        bucket: producer.state.bucket,
        key: producer.stateKey,
        region: producer.state.region,
      })
    : new DataTerraformRemoteStateLocal(consumer, id, { path: producer.stateFile });
}
