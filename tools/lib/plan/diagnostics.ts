/** What Terraform says of an error, with `-json` or read from its text. */
export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  /** Of the resource that it is about, where it is about one. */
  readonly address?: string;
  /** The place in the stack, with the values of what it refers to. */
  readonly snippet?: { readonly values?: readonly { readonly traversal: string }[] };
}

/** Of commands without `-json`: blocks that start with `Error:`, in a frame or without. */
export function diagnosticsOfText(text: string): Diagnostic[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of programs that ignore -no-color.
  const plain = text.replaceAll(/\x1b\[[\d;]*m/g, '').replaceAll(/^[╷│╵] ?/gm, '');
  const blocks = plain.split(/^(?=(?:Error|Warning): )/m).filter((block) => block.startsWith('Error: '));
  if (blocks.length === 0) return [{ severity: 'error', summary: oneLine(plain) || 'it said nothing' }];
  return blocks.map((block) => {
    const [summary = '', ...detail] = block.slice('Error: '.length).split('\n');
    return { severity: 'error', summary, detail: detail.join('\n').trim() };
  });
}

interface Explanation {
  readonly when: RegExp;
  readonly say: (found: RegExpMatchArray, place: Place, address: string) => string;
}

interface Place {
  readonly stack: string;
  /** The stack's folder. */
  readonly folder: string;
  readonly terraform: string;
}

/** From what Terraform and the AWS provider say to what a person does about it. */
const explanations: readonly Explanation[] = [
  {
    when: /Error (?:acquiring the state lock|locking state)([\s\S]*)/,
    say: ([, said = ''], { folder, terraform }) => {
      const field = (name: string) => said.match(new RegExp(`^\\s*${name}:\\s*(.+)$`, 'm'))?.[1]?.trim();
      const id = field('ID');
      if (!id) return `its state is locked and doesn't say by whom: ${oneLine(said)}`;
      return `its state is locked by ${field('Who')} since ${field('Created')} (${field('Operation')}): wait for it to end; only if it is dead, run: ${terraform} -chdir=${folder} force-unlock ${id}`;
    },
  },
  {
    when: /Error releasing the state lock/,
    say: () =>
      'its lock was gone when it was to be released: somebody took it away meanwhile; look who else works on this stack, then plan again',
  },
  {
    when: /Saved plan is stale/,
    say: (_, { stack }) =>
      `its saved plan is stale: the state has changed since; look again: npm run plan -- ${stack}`,
  },
  {
    when: /AWS account ID not allowed\D*(\d*)/i,
    say: ([, account]) =>
      `the credentials belong to ${account ? `account ${account}` : 'another account'}, not to the one in environments/accounts.ts: use those of the right account, or correct the id there`,
  },
  {
    when: /No valid credential sources|no EC2 IMDS role found|failed to (?:refresh cached|get shared config|retrieve) (?:credentials|profile)|InvalidClientTokenId|ExpiredToken|security token included in the request is (?:invalid|expired)|SSO session has expired/i,
    say: () =>
      'there are no valid AWS credentials: sign in (aws sso login), or set AWS_PROFILE; npm run doctor checks them',
  },
  {
    when: /Cannot assume IAM Role|sts:AssumeRole/i,
    say: () =>
      'the credentials may not assume the role that deploys: deployRole of the environment names it; npm run doctor checks it',
  },
  {
    when: /(?:S3 bucket "([^"]+)" does not exist|NoSuchBucket)/,
    say: ([, bucket]) =>
      `${bucket ? `the bucket ${bucket}` : 'the bucket'} of the state does not exist: npm run bootstrap makes it (docs/bootstrap.md)`,
  },
  {
    when: /Backend (?:type |configuration )?(?:block )?changed|Backend initialization required/i,
    say: (_, { folder, terraform }) =>
      `the place of its state changed: run ${terraform} -chdir=${folder} init -migrate-state, or with -reconfigure where nothing was deployed yet; for an account's bootstrap npm run bootstrap moves it`,
  },
  {
    when: /Instance cannot be destroyed|prevent_destroy/,
    say: (_, _place, address) =>
      `${address || 'a resource'} is protected and the plan would destroy it: take the change back, or lift the protection by teardown: true in the environment's file (docs/teardown.md)`,
  },
  {
    when: /can't be opened|Failed to load .* as a plan file|zip: not a valid zip file/,
    say: (_, { stack }) => `its plan file is broken: npm run plan -- ${stack} makes another`,
  },
  {
    when: /Failed to query available provider packages|could not connect to registry|Failed to install provider/i,
    say: ([whole]) =>
      `its providers can't be installed (${whole}): look at the network, or name a mirror in the file that TF_CLI_CONFIG_FILE names`,
  },
  {
    when: /connection refused|no such host|i\/o timeout|request send failed/i,
    say: ([whole], _place, address) =>
      `${address ? `${address}: ` : ''}AWS or the cluster can't be reached (${whole}): look at the network, AWS_ENDPOINT_URL and, for the cluster, cluster.publicAccessCidrs`,
  },
];

/** One sentence per error, the known ones with their remedy; what is said again of the same thing is said once. */
export function explain(diagnostics: readonly Diagnostic[], place: Place): string[] {
  const sentences = new Map<string, string>();
  for (const { summary, detail = '', address = '' } of diagnostics) {
    const text = `${summary}\n${detail}`;
    const known = explanations.find(({ when }) => when.test(text));
    const sentence = known
      ? known.say(text.match(known.when) as RegExpMatchArray, place, address)
      : `${address ? `${address}: ` : ''}${oneLine(text)}`;
    // An error and its own cause may come one after the other, the first of them the more exact.
    const same = known ? `${known.when} ${address}` : sentence;
    if (!sentences.has(same)) sentences.set(same, sentence);
  }
  return [...sentences.values()];
}

/** Components whose state is missing, or which don't hand over yet what this stack reads: it waits for them. */
export function producersMissing(diagnostics: readonly Diagnostic[]): string[] | undefined {
  const notFound = diagnostics.filter(({ summary }) => /Unable to find remote state/.test(summary));
  // OpenTofu says after that, without an address, that it couldn't read it, either.
  const own = diagnostics.filter(
    ({ summary }) => !notFound.some(({ address }) => summary === `${address}: Unable to read remote state`),
  );
  const components = own.map(({ summary, address = '', snippet }) => {
    if (/Unable to find remote state/.test(summary)) return address.split('.').at(-1);
    if (!/Unsupported attribute/.test(summary)) return undefined;
    const read = snippet?.values?.map(({ traversal }) => traversal).join(' ') ?? '';
    return read.match(/data\.terraform_remote_state\.([\w-]+)\.outputs/)?.[1];
  });
  const known = components.filter((component) => component !== undefined);
  return known.length > 0 && known.length === components.length ? [...new Set(known)] : undefined;
}

/** Longest message of Terraform's that is quoted, in characters. */
const longest = 500;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
