/** promtool and amtool at the versions that the chart deploys; `bash .ci/prometheus.sh` builds them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const script = readFileSync('.ci/prometheus.sh', 'utf8');
const versionOf = (program: string): string => new RegExp(`^${program}=(\\S+)$`, 'm').exec(script)?.[1] ?? '';

/** Versions of the modules that the script builds. */
export const built = { prometheus: versionOf('prometheus'), alertmanager: versionOf('alertmanager') };

const folder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  `holdfast-tools/prometheus-${built.prometheus}-${built.alertmanager}`,
);
export const hasPrometheusTools = existsSync(join(folder, 'promtool')) && existsSync(join(folder, 'amtool'));

/** Where a tool is, for configuration that lies in a folder already. */
export const toolPath = (tool: 'promtool' | 'amtool'): string => join(folder, tool);

/** Runs a tool over files that are there while it runs, and gives its exit status and what it says. JSON is YAML too. */
export function runTool(
  tool: 'promtool' | 'amtool',
  files: Readonly<Record<string, unknown>>,
  ...args: readonly string[]
): { readonly status: number | null; readonly output: string } {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(home, name), JSON.stringify(content, null, 1));
    }
    const result = spawnSync(join(folder, tool), args, { cwd: home, encoding: 'utf8' });
    return { status: result.status, output: `${result.stdout}${result.stderr}` };
  } finally {
    rmSync(home, { recursive: true });
  }
}
