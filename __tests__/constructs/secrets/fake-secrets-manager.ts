export type Call = (operation: string, input: Record<string, unknown>) => Promise<unknown>;

interface Version {
  value?: string;
  stages: Set<string>;
}

/** One secret, as Secrets Manager keeps it: versions, and the labels that wander between them. */
export class FakeSecretsManager {
  readonly versions = new Map<string, Version>();
  readonly operations: string[] = [];

  readonly call: Call = async (operation, input) => {
    this.operations.push(operation);
    if (operation === 'DescribeSecret') {
      return {
        VersionIdsToStages: Object.fromEntries([...this.versions].map(([id, one]) => [id, [...one.stages]])),
      };
    }
    if (operation === 'GetSecretValue') {
      const value = this.#find(input.VersionStage as string, input.VersionId as string | undefined)?.value;
      if (value !== undefined) return { SecretString: value };
      throw Object.assign(new Error('no such version'), { name: 'ResourceNotFoundException' });
    }
    if (operation === 'PutSecretValue') {
      this.put(input.ClientRequestToken as string, input.SecretString as string, ['AWSPENDING']);
      return {};
    }
    if (operation === 'UpdateSecretVersionStage') return this.#move(input);
    throw new Error(`unexpected ${operation}`);
  };

  put(id: string, value: string | undefined, stages: readonly string[]): void {
    for (const version of this.versions.values()) for (const stage of stages) version.stages.delete(stage);
    this.versions.set(id, { value, stages: new Set(stages) });
  }

  /** The object in the version that carries the label. */
  value(stage: string): Record<string, string> | undefined {
    const text = this.#find(stage)?.value;
    return text === undefined ? undefined : JSON.parse(text);
  }

  #find(stage: string, id?: string): Version | undefined {
    return [...this.versions].find(([key, one]) => (!id || key === id) && one.stages.has(stage))?.[1];
  }

  #move(input: Record<string, unknown>): unknown {
    const from = this.versions.get(input.RemoveFromVersionId as string);
    const current = this.#find('AWSCURRENT');
    // Secrets Manager refuses to take a label from a version that isn't named.
    if (current !== from) throw new Error('RemoveFromVersionId must name the version that has the label');
    if (from) {
      for (const version of this.versions.values()) version.stages.delete('AWSPREVIOUS');
      from.stages.delete('AWSCURRENT');
      from.stages.add('AWSPREVIOUS');
    }
    this.versions.get(input.MoveToVersionId as string)?.stages.add('AWSCURRENT');
    return {};
  }
}
