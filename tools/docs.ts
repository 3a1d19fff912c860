/** `npm run docs [-- --serve]`: builds the documentation site into docs/.vitepress/dist; --serve shows it on this machine. */
import { spawnSync } from 'node:child_process';
import { paint } from './lib/terminal';

const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== '--serve');
if (unknown.length > 0) {
  console.error(`${paint('red', 'error')} ${unknown.join(' ')} is not known. Use: npm run docs [-- --serve]`);
  process.exitCode = 1;
} else {
  const command = args.includes('--serve') ? 'dev' : 'build';
  const run = spawnSync('node', ['node_modules/vitepress/bin/vitepress.js', command, 'docs'], {
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 1;
}
