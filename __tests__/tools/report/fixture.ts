import { collect, type GateResult, type ReportData } from '../../../tools/lib/report/data';
import { everyStack } from '../../support/every-stack';
import { loaded, today } from '../../support/shipped';

/** What the report tells of what is shipped, on the tests' own day. */
export const shippedData = (): ReportData =>
  collect(
    loaded(),
    { stacks: everyStack, warnings: [] },
    { today, commit: 'f00d'.repeat(10), runbooks: 'runbooks' },
  );

/** Gates of which one fails. */
export const someGates: readonly GateResult[] = [
  {
    framework: 'SOC 2 (2017)',
    environment: 'prod',
    evaluators: 9,
    pass: 11,
    fail: 1,
    waived: 2,
    notApplicable: 3,
    failing: [
      {
        gate: 'CC6.1 rds-encrypted',
        severity: 'high',
        title: 'Databases are encrypted',
        remedy: 'set storageEncrypted',
        resources: ['prod-data/aws_db_instance.<postgres>'],
      },
    ],
  },
];
