import type { Framework } from '../engine/model';
import { cisAws } from './cis-aws';
import { cisEks } from './cis-eks';
import { gdpr } from './gdpr';
import { hipaa } from './hipaa';
import { iso27001 } from './iso27001';
import { pciDss } from './pci-dss';
import { soc2 } from './soc2';
import { wellArchitected } from './well-architected';

export const frameworks: readonly Framework[] = [
  cisAws,
  cisEks,
  soc2,
  iso27001,
  gdpr,
  hipaa,
  pciDss,
  wellArchitected,
];
