import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';
import { Alarm } from '../alarms/alarm';
import type { AlarmTopic } from '../alarms/topic';

export interface CertificateProps {
  /** First part of the alarm's name. */
  readonly name: string;
  /** Changing a name makes another certificate; the old one goes when listeners use the new one. */
  readonly domainName: string;
  /** Others that it holds for; `*.` in front stands for every name one level below. */
  readonly alternativeNames: readonly string[];
  /** Id of the public zone that all of them lie in. The world must ask its name servers, or the validation runs into its limit. */
  readonly zoneId: string;
  /**
   * Whether the records that validate it are made here. Not where another environment has a certificate of the same names: AWS
   * asks for the same records, and who takes them away ends the renewal of both. Default: true.
   */
  readonly ownRecords?: boolean;
  readonly alarms: AlarmTopic;
}

/** AWS validates within minutes where the zone is delegated; where not, never. */
const validationLimit = '20m';

/** `*.example.com` is validated by the record of example.com. */
const validatedBy = (name: string): string => name.replace(/^\*\./, '');

/** A certificate of AWS's, validated by records in the zone, which also renew it for as long as they are there. */
export class Certificate extends Construct {
  /** Known once the certificate is valid. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, 'certificate', {
      domainName: props.domainName,
      subjectAlternativeNames: [...props.alternativeNames],
      validationMethod: 'DNS',
      options: { certificateTransparencyLoggingPreference: 'ENABLED' },
      tags: { Name: props.domainName },
      // A listener must never be without.
      lifecycle: { createBeforeDestroy: true },
    });
    const names = [props.domainName, ...props.alternativeNames];
    const { ownRecords = true } = props;
    const validatedNames = ownRecords ? [...new Set(names.map(validatedBy))] : [];
    const records = validatedNames.map((validated) => {
      const asked = names.find((name) => validatedBy(name) === validated) as string;
      const option = (attribute: string): string =>
        `\${one([for option in ${certificate.fqn}.domain_validation_options : option.${attribute} if option.domain_name == "${asked}"])}`;
      return new Route53Record(this, `validation-${validated.replaceAll('.', '-')}`, {
        zoneId: props.zoneId,
        name: option('resource_record_name'),
        type: option('resource_record_type'),
        records: [option('resource_record_value')],
        ttl: 60,
        // The same for every certificate of this name in the account: the next one finds it there.
        allowOverwrite: true,
      });
    });
    const validation = new AcmCertificateValidation(this, 'validation', {
      certificateArn: certificate.arn,
      validationRecordFqdns: ownRecords ? records.map((record) => record.fqdn) : undefined,
      timeouts: { create: validationLimit },
    });
    this.arn = validation.certificateArn;
    new Alarm(this, 'expiry', {
      name: props.name,
      namespace: 'AWS/CertificateManager',
      dimensions: { CertificateArn: certificate.arn },
      topic: props.alarms,
      rule: {
        id: 'certificate-expiring',
        metric: 'DaysToExpiry',
        statistic: 'Minimum',
        // AWS renews 60 days before the end.
        threshold: { below: 30 },
        unit: 'days',
        minutes: 5,
        // AWS reports twice a day.
        silence: 'ignore',
        meaning: `The certificate of ${props.domainName} was not renewed: when it ends, no client connects.`,
        runbook: 'certificate-expiring',
      },
    });
  }
}
