import './stack-traces';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import {
  Aspects,
  type IAspect,
  LocalBackend,
  S3Backend,
  TerraformLocal,
  type TerraformProvider,
  TerraformResource,
  TerraformStack,
} from 'cdktf';
import { DataResource } from 'cdktf/lib/terraform-data-resource';
import type { Construct, IConstruct } from 'constructs';

/** Where a stack's state lies. Changing it needs `terraform init -migrate-state`, or Terraform starts from nothing. */
export type StateLocation =
  | { readonly kind: 'local' }
  /** One bucket per account, made by bootstrap. `region` is the bucket's, whatever region the stack deploys to. */
  | { readonly kind: 's3'; readonly bucket: string; readonly region: string };

export interface AwsTarget {
  /** 12 digits. The provider refuses to plan with credentials of any other account. */
  readonly accountId: string;
  readonly region: string;
  /** Role that Terraform assumes before it does anything; default: the caller's own credentials. */
  readonly deployRoleArn?: string;
  /** ARN of the policy that bounds every role of the stack. Default: none. */
  readonly boundaryArn?: string;
  /** Shipped with the repository; plan and apply refuse it with a sentence that says where to write the real one. */
  readonly isExampleAccount: boolean;
  /** File that holds the account id, for messages. */
  readonly definedIn: string;
}

export interface HoldfastStackProps {
  /** Name of the environment; for bootstrap, `bootstrap`. */
  readonly environment: string;
  /** What the stack holds: `network`, `cluster`, … The stack is called `<environment>-<component>`. */
  readonly component: string;
  readonly state: StateLocation;
  /** On every AWS resource, through the provider's default tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Base of every stack: name, backend and the state's address. */
export class HoldfastStack extends TerraformStack {
  readonly environment: string;
  readonly component: string;
  readonly state: StateLocation;
  readonly tags: Readonly<Record<string, string>>;

  constructor(scope: Construct, props: HoldfastStackProps) {
    super(scope, `${props.environment}-${props.component}`);
    this.environment = props.environment;
    this.component = props.component;
    this.state = props.state;
    this.tags = props.tags;
    this.addOverride('terraform.required_version', '>= 1.11.0');
    if (props.state.kind === 's3') {
      // No `encrypt`: it would send AES256 and so override the bucket's own default, which is its KMS key.
      new S3Backend(this, { bucket: props.state.bucket, key: this.stateKey, region: props.state.region });
      // cdktf 0.21 has no property for the native lock; as a property it would leak into every remote state's config.
      this.addOverride('terraform.backend.s3.use_lockfile', true);
    } else {
      new LocalBackend(this, { path: this.stateFile });
    }
  }

  /** Key in the bucket. */
  get stateKey(): string {
    return `${this.environment}/${this.component}.tfstate`;
  }

  /** Relative to the stack's folder in cdktf.out/stacks; cdktf's default is a path of the machine. */
  get stateFile(): string {
    return `../../../.state/${this.environment}-${this.component}.tfstate`;
  }

  /** Adds the AWS provider, guarded by the account's id. Pure Kubernetes stacks don't call it. */
  protected useAws(target: AwsTarget): AwsProvider {
    if (target.isExampleAccount) this.refuseExampleAccount(target);
    if (target.boundaryArn) Aspects.of(this).add(new RoleBoundary(target.boundaryArn));
    return this.awsProvider('aws', target, {});
  }

  /** A second AWS provider of the same account: resources in another region name it, all others get the first. */
  protected useAwsElsewhere(target: AwsTarget, alias: string, region: string): AwsProvider {
    return this.awsProvider(`aws-${alias}`, { ...target, region }, { alias });
  }

  private awsProvider(id: string, target: AwsTarget, more: { readonly alias?: string }): AwsProvider {
    return new AwsProvider(this, id, {
      ...more,
      region: target.region,
      allowedAccountIds: [target.accountId],
      assumeRole: target.deployRoleArn
        ? [{ roleArn: target.deployRoleArn, sessionName: 'holdfast' }]
        : undefined,
      defaultTags: [{ tags: { ...this.tags } }],
    });
  }

  /** A precondition is checked at plan, before anything is created, by the CDKTF CLI and by Terraform alike. */
  private refuseExampleAccount(target: AwsTarget): void {
    // Terraform wants a condition to refer to something.
    const accountId = new TerraformLocal(this, 'account-id', target.accountId);
    new DataResource(this, 'example-account', {
      lifecycle: {
        precondition: [
          {
            condition: `\${${accountId.fqn} != "${target.accountId}"}`,
            errorMessage: `${target.definedIn} still holds the example account id ${target.accountId}. Write the id of your own AWS account there, then run the command again.`,
          },
        ],
      },
    });
  }
}

/** Makes what lies below a construct in another region. What names a provider itself keeps it; IAM has no regions. */
export class MadeWith implements IAspect {
  constructor(private readonly provider: TerraformProvider) {}

  visit(node: IConstruct): void {
    if (node instanceof TerraformResource) node.provider ??= this.provider;
  }
}

/** Bounds the roles of a stack, whichever construct makes them. Without it the deploying role may not make them. */
class RoleBoundary implements IAspect {
  constructor(private readonly arn: string) {}

  visit(node: IConstruct): void {
    if (node instanceof IamRole) node.permissionsBoundary = this.arn;
  }
}
