import { parseArgs } from 'node:util';
import { isEmpty } from './model';
import { openSession, planAndReport, type SessionOptions } from './session';

const usage = 'Use: npm run plan -- ENV|STACK… [--destroy]';

/** What `npm run plan` does. Returns 0 where nothing would change, 2 where something would or is pending, 1 on errors. */
export async function planCommand(args: readonly string[], options: SessionOptions = {}): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { destroy: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new Error(`which environment or stacks? ${usage}`);
  const session = openSession(positionals, values.destroy, options);
  if (!session) return 1;
  session.terraform.endInOrder();
  const { plan } = await planAndReport(session, session.stacks, positionals, values.destroy);
  if (plan.stacks.some(({ status }) => status === 'failed')) return 1;
  return isEmpty(plan) ? 0 : 2;
}
