/** Loads Compose files as `docker compose` does; `bash .ci/compose.sh` builds the program. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const hasGo = spawnSync('go', ['version']).status === 0;
const built = hasGo ? spawnSync('bash', ['.ci/compose.sh'], { encoding: 'utf8' }) : undefined;
const program = join(built?.stdout.trim() || '/nowhere', 'compose-check');
export const hasComposeCheck = existsSync(program);

/** What is wrong with a file, or the project that is in it. */
export function composeCheck(file: string): { readonly problem: string } | { readonly project: ComposeJson } {
  const { status, stdout, stderr } = spawnSync(program, [file], { encoding: 'utf8', env: {} });
  return status === 0 ? { project: JSON.parse(stdout) } : { problem: stderr.trim() };
}

/** As much of it as tests look at. */
export interface ComposeJson {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly command?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly ports?: readonly {
          readonly host_ip: string;
          readonly target: number;
          readonly published: string;
        }[];
        readonly secrets?: readonly { readonly source: string }[];
        readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
        readonly read_only: boolean;
        readonly cap_drop: readonly string[];
        readonly mem_limit: string;
      }
    >
  >;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}
