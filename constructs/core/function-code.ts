import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { TerraformStack } from 'cdktf';
// cdktf's own assets go this way. Its archives hold the time of each file, so that every clone would deploy anew.
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { zip } from './zip';

/** A folder of source files as the archive that Lambda takes, beside the stack's cdk.tf.json. */
export class FunctionCode extends Construct {
  /** Relative to the stack's folder, in which Terraform runs. */
  readonly path: string;
  /** SHA-256 of the archive in base64: what Lambda compares. Changes when a file does, and only then. */
  readonly hash: string;

  /** `folder`: absolute; its files, not those of folders in it. */
  constructor(scope: Construct, id: string, folder: string) {
    super(scope, id);
    const archive = zip(
      Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])),
    );
    const stack = TerraformStack.of(this);
    this.path = posix.join('assets', `${stack.getLogicalId(this.node)}.zip`);
    this.hash = createHash('sha256').update(archive).digest('base64');
    addCustomSynthesis(this, {
      onSynthesize: ({ manifest }) => {
        const file = join(manifest.outdir, manifest.forStack(stack).synthesizedStackPath, '..', this.path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, archive);
      },
    });
  }
}
