import type { Environment } from '../engine/environment';
import { each, found, is, type Judgement, says } from '../engine/judge';
import type { Evaluators, Finding, NotApplicable } from '../engine/model';
import { conditionOn, type Statement } from '../engine/policy';

/** Policies of identities, of which each is judged by its statements. */
const policies =
  (judge: (statements: readonly Statement[]) => Judgement | undefined) =>
  (environment: Environment): readonly Finding[] | NotApplicable => {
    const all = [...environment.all('aws_iam_role_policy'), ...environment.all('aws_iam_policy')];
    const findings = all.flatMap((resource) => {
      const judgement = resource.values.policy && judge(resource.values.policy);
      return judgement ? [found(resource, judgement)] : [];
    });
    return findings.length > 0 ? findings : { notApplicable: `${environment.name} has no such policy` };
  };

const everything = (texts: readonly string[]) => texts.includes('*');
const allowed = (statements: readonly Statement[]) => statements.filter(({ effect }) => effect === 'Allow');
const named = (statements: readonly Statement[]) =>
  statements.map(({ sid }) => sid || 'a statement').join(', ');
const none = (bad: readonly Statement[], observed: string): Judgement =>
  says(bad.length === 0, bad.length === 0 ? observed : `wrong: ${named(bad)}`);

const narrow = 'Name the actions and resources by constructs/identity/policy.ts.';

export const identity = {
  'iam-no-full-access': {
    title: 'No policy allows everything',
    severity: 'critical',
    why: 'Whoever takes over the role owns the account.',
    remedy: narrow,
    judge: policies((statements) =>
      none(
        allowed(statements).filter(({ actions, resources }) => everything(actions) && everything(resources)),
        'no statement allows everything',
      ),
    ),
  },
  'iam-no-service-wildcards': {
    title: 'No policy allows all of a service on everything',
    severity: 'high',
    why: 'Reading one bucket needs no right to delete every one.',
    remedy: narrow,
    judge: policies((statements) =>
      none(
        allowed(statements).filter(
          ({ actions, resources, conditions }) =>
            actions.some((action) => /^[\w-]+:\*$/.test(action)) &&
            everything(resources) &&
            Object.keys(conditions).length === 0,
        ),
        'no statement allows a whole service on everything',
      ),
    ),
  },
  'iam-pass-role-named': {
    title: 'Roles are handed on by name only',
    severity: 'high',
    why: 'Handing on any role means having any role’s rights.',
    remedy: 'Name the roles in the statement of iam:PassRole.',
    judge: policies((statements) => {
      const passing = allowed(statements).filter(({ actions }) =>
        actions.some((action) => /^iam:(PassRole|Pass\*)$/i.test(action)),
      );
      if (passing.length === 0) return undefined;
      return none(
        passing.filter(({ resources }) => everything(resources)),
        'roles are named',
      );
    }),
  },
  'iam-decrypt-named': {
    title: 'Decrypting is bound to a key or a service',
    severity: 'high',
    why: 'One role could read what every other one encrypted.',
    remedy: 'Name the key, or bind it by kms:ViaService.',
    judge: policies((statements) => {
      const decrypting = allowed(statements).filter(({ actions }) =>
        actions.some((action) => /^kms:(Decrypt|\*)$/.test(action)),
      );
      if (decrypting.length === 0) return undefined;
      return none(
        decrypting.filter(
          ({ resources, conditions }) => everything(resources) && Object.keys(conditions).length === 0,
        ),
        'keys or services are named',
      );
    }),
  },
  'iam-secrets-named': {
    title: 'Secrets are read by name only',
    severity: 'high',
    why: 'One role could read the secrets of every environment.',
    remedy: narrow,
    judge: policies((statements) => {
      const reading = allowed(statements).filter(({ actions }) =>
        actions.some((action) => /^secretsmanager:(GetSecretValue|Get\*|\*)$/.test(action)),
      );
      if (reading.length === 0) return undefined;
      return none(
        reading.filter(({ resources }) => everything(resources)),
        'secrets are named',
      );
    }),
  },
  'iam-no-managed-admin': {
    title: 'No role has AWS’s administrator policies',
    severity: 'critical',
    why: 'They allow everything, and change without us.',
    remedy: 'Attach what the role needs instead.',
    judge: each('aws_iam_role_policy_attachment', ({ values }) => {
      const name = values.policy_arn?.split('/').at(-1);
      return is(!/^(AdministratorAccess|PowerUserAccess|IAMFullAccess)/.test(name ?? ''), 'policy', name);
    }),
  },
  'iam-no-cloudshell': {
    title: 'No role has full access to CloudShell',
    severity: 'medium',
    why: 'Files can be carried out through its console.',
    remedy: 'Take the attachment out.',
    judge: each('aws_iam_role_policy_attachment', ({ values }) => {
      const name = values.policy_arn?.split('/').at(-1);
      return is(name !== 'AWSCloudShellFullAccess', 'policy', name);
    }),
  },
  'iam-trust-named': {
    title: 'Roles say who may take them',
    severity: 'critical',
    why: 'Everybody with an account of AWS could take the role.',
    remedy: 'Name the principal in constructs/identity/role.ts.',
    judge: each('aws_iam_role', ({ values }) => {
      if (values.assume_role_policy === undefined) return undefined;
      return none(
        allowed(values.assume_role_policy).filter(
          ({ principals }) => everything(principals) || principals.length === 0,
        ),
        'principals are named',
      );
    }),
  },
  'iam-oidc-bound': {
    title: 'Workflows take roles by repository and occasion',
    severity: 'critical',
    why: 'Every repository of the provider could deploy.',
    remedy: 'constructs/account/github.ts binds aud and sub: leave them.',
    judge: each('aws_iam_role', ({ values }) => {
      const federated = (values.assume_role_policy ?? []).filter(({ principals }) =>
        principals.some((one) => one.startsWith('Federated:')),
      );
      if (federated.length === 0) return undefined;
      return none(
        federated.filter((statement) => {
          const subjects = conditionOn(statement, 'token.actions.githubusercontent.com:sub');
          return subjects.length === 0 || subjects.some((one) => one === '*' || /^repo:\*/.test(one));
        }),
        'aud and sub are bound',
      );
    }),
  },
  'iam-oidc-audience': {
    title: 'The identity provider issues tokens for AWS alone',
    severity: 'medium',
    why: 'A token made for another service would open this one.',
    remedy: 'client_id_list: sts.amazonaws.com and nothing else.',
    judge: each('aws_iam_openid_connect_provider', ({ values }) =>
      is(
        values.client_id_list.length === 1 && values.client_id_list[0] === 'sts.amazonaws.com',
        'client_id_list',
        values.client_id_list.join(', '),
      ),
    ),
  },
  'iam-deploy-bounded': {
    title: 'Roles of workflows have a boundary or may only read',
    severity: 'high',
    why: 'A workflow that is taken over could give itself anything.',
    remedy: 'constructs/account/github.ts sets permissions_boundary.',
    judge: each('aws_iam_role', (role, environment) => {
      const federated = (role.values.assume_role_policy ?? []).some(({ principals }) =>
        principals.some((one) => one.startsWith('Federated:')),
      );
      if (!federated) return undefined;
      const writes = environment
        .of(role, 'aws_iam_role_policy', 'role')
        .flatMap(({ values }) => allowed(values.policy ?? []))
        .filter(({ actions }) =>
          actions.some((action) => everything([action]) || /^iam:(Create|Put|Attach|\*)/.test(action)),
        );
      const bounded = role.values.permissions_boundary !== undefined;
      return says(
        bounded || writes.length === 0,
        bounded ? 'has a boundary' : `${writes.length} statements that widen rights`,
      );
    }),
  },
  'pod-identity-bound': {
    title: 'Roles of pods are bound to one service account',
    severity: 'high',
    why: 'Every pod of the account’s clusters could take the role.',
    remedy: 'constructs/identity/pod-identity.ts writes the conditions.',
    judge: each('aws_iam_role', ({ values }) => {
      const pods = (values.assume_role_policy ?? []).filter(({ principals }) =>
        principals.includes('Service:pods.eks.amazonaws.com'),
      );
      if (pods.length === 0) return undefined;
      return none(
        pods.filter((statement) =>
          ['kubernetes-namespace', 'kubernetes-service-account', 'eks-cluster-arn'].some(
            (tag) => conditionOn(statement, `aws:requesttag/${tag}`).length === 0,
          ),
        ),
        'cluster, namespace and service account are bound',
      );
    }),
  },
} satisfies Evaluators;
