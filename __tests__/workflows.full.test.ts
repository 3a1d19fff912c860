/** actionlint over .github/workflows: expressions, contexts, keys, and the scripts where shellcheck is at hand. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const hasGo = spawnSync('go', ['version']).status === 0;
const testWithGo = hasGo ? test : test.skip;
if (!hasGo) console.warn('skipped: no Go to build actionlint with');

testWithGo(
  'actionlint finds nothing, and finds something where there is something',
  () => {
    const built = spawnSync('bash', ['.ci/actionlint.sh'], { encoding: 'utf8' });
    const program = join(built.stdout.trim().split('\n').at(-1) ?? '', 'actionlint');
    const files = readdirSync('.github/workflows').map((file) => join('.github/workflows', file));
    const { status, stdout } = spawnSync(program, files, { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });

    const broken =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: "echo ${{ github.nothing }}"}]\n';
    expect(spawnSync(program, ['-'], { input: broken, encoding: 'utf8' }).stdout).toContain('"nothing"');
  },
  240_000,
);
