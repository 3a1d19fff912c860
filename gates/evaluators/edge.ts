import { isObject } from '../engine/fields';
import { each, found, is, says } from '../engine/judge';
import type { Evaluators } from '../engine/model';

const firewall = 'constructs/edge/web-firewall.ts makes it where the domain is delegated.';

/** Listeners of a Gateway. */
const listeners = (spec: Readonly<Record<string, unknown>>) =>
  Array.isArray(spec.listeners) ? spec.listeners.filter(isObject) : [];

export const edge = {
  'waf-known-attacks': {
    title: 'A firewall blocks known attacks on web applications',
    severity: 'high',
    why: 'New holes are tried within hours, before they are patched.',
    remedy: firewall,
    judge: each('aws_wafv2_web_acl', ({ values }) => {
      const groups = values.rule
        .filter(({ override_action }) => override_action?.count !== true)
        .flatMap(({ statement }) => statement?.managed_rule_group_statement?.name ?? []);
      const lacking = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'].filter(
        (name) => !groups.includes(name),
      );
      return says(
        lacking.length === 0,
        lacking.length === 0 ? groups.join(', ') : `not blocking: ${lacking.join(', ')}`,
      );
    }),
  },
  'waf-rate-limited': {
    title: 'A firewall bounds the requests of one address',
    severity: 'medium',
    why: 'One client could use up what all pay for.',
    remedy: firewall,
    judge: each('aws_wafv2_web_acl', ({ values }) => {
      const limit = values.rule
        .map(({ statement }) => statement?.rate_based_statement?.limit)
        .find((one) => one !== undefined);
      return is(limit !== undefined, 'limit', limit);
    }),
  },
  'waf-logged': {
    title: 'What the firewall blocks is logged',
    severity: 'medium',
    why: 'Nobody could tell an attack from a mistake.',
    remedy: firewall,
    judge: each('aws_wafv2_web_acl', (acl, environment) => {
      const logs = environment.of(acl, 'aws_wafv2_web_acl_logging_configuration', 'resource_arn').length;
      return is(logs > 0, 'logs', logs);
    }),
  },
  'waf-logs-redacted': {
    title: 'The firewall’s log holds no credentials',
    severity: 'high',
    why: 'Whoever may read logs could log in.',
    remedy: firewall,
    judge: each('aws_wafv2_web_acl_logging_configuration', ({ values }) => {
      const hidden = values.redacted_fields.flatMap(({ single_header }) => single_header?.name ?? []);
      const lacking = ['authorization', 'cookie'].filter((name) => !hidden.includes(name));
      return says(
        lacking.length === 0,
        lacking.length === 0 ? `hides ${hidden.join(', ')}` : `shows ${lacking.join(', ')}`,
      );
    }),
  },
  'certificates-renew': {
    title: 'Certificates renew by themselves',
    severity: 'medium',
    why: 'A mail that nobody answers would end the service.',
    remedy: 'constructs/edge/certificate.ts validates by DNS.',
    judge: each('aws_acm_certificate', ({ values }) =>
      is(values.validation_method === 'DNS', 'validation_method', values.validation_method),
    ),
  },
  'edge-https': {
    title: 'The public gateway serves by HTTPS, and HTTP only to send there',
    severity: 'critical',
    why: 'Passwords and tokens could be read on the way.',
    remedy: 'constructs/edge/public-gateway.ts has the listeners.',
    judge: (environment) => {
      const gateways = environment.objects.filter(({ kind }) => kind === 'Gateway');
      if (gateways.length === 0)
        return { notApplicable: `nothing of ${environment.name} listens to the internet` };
      return gateways.map((gateway) => {
        const plain = listeners(gateway.spec).filter(({ protocol }) => protocol !== 'HTTPS');
        const unsafe = environment.objects.filter(
          ({ kind, spec }) =>
            kind === 'HTTPRoute' &&
            Array.isArray(spec.parentRefs) &&
            spec.parentRefs
              .filter(isObject)
              .some(
                (parent) =>
                  parent.name === gateway.name &&
                  plain.some(({ name }) => parent.sectionName === undefined || parent.sectionName === name),
              ) &&
            !JSON.stringify(spec.rules).includes('RequestRedirect'),
        ).length;
        const secure = listeners(gateway.spec).length - plain.length;
        return found(
          gateway,
          says(secure > 0 && unsafe === 0, `HTTPS listeners = ${secure}, routes without TLS = ${unsafe}`),
        );
      });
    },
  },
} satisfies Evaluators;
