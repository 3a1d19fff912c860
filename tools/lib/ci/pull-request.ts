import { type Github, GithubError } from './github';

export interface Proposal {
  /** Overwritten where it exists: what was proposed before is overtaken. */
  readonly branch: string;
  /** Into which it is to go. */
  readonly base: string;
  readonly title: string;
  readonly body: string;
  /** Whole contents, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Proposes changes of files as a pull request, by GitHub's interface alone: no credentials in the checkout, and the commit is
 * signed by GitHub. A pull request of the same branch that is still open is brought up to date. Returns its number.
 */
export async function propose(github: Github, proposal: Proposal): Promise<number> {
  const { branch, base, title, body, files } = proposal;
  const head = await github.request<{ object: { sha: string } }>('GET', `/git/ref/heads/${base}`);
  const parent = await github.request<{ tree: { sha: string } }>('GET', `/git/commits/${head.object.sha}`);
  const tree = await github.request<{ sha: string }>('POST', '/git/trees', {
    base_tree: parent.tree.sha,
    tree: Object.entries(files).map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
  });
  const commit = await github.request<{ sha: string }>('POST', '/git/commits', {
    message: title,
    tree: tree.sha,
    parents: [head.object.sha],
  });
  await point(github, branch, commit.sha);
  const [owner] = github.repository.split('/');
  const open = await github.list<{ number: number }>(
    `/pulls?state=open&head=${encodeURIComponent(`${owner}:${branch}`)}`,
  );
  const found = open[0];
  if (found) {
    await github.request('PATCH', `/pulls/${found.number}`, { title, body });
    return found.number;
  }
  const made = await github.request<{ number: number }>('POST', '/pulls', {
    title,
    body,
    head: branch,
    base,
  });
  return made.number;
}

async function point(github: Github, branch: string, sha: string): Promise<void> {
  try {
    await github.request('PATCH', `/git/refs/heads/${branch}`, { sha, force: true });
  } catch (error) {
    // GitHub answers 422 for a branch that isn't there.
    if (!(error instanceof GithubError) || ![404, 422].includes(error.status)) throw error;
    await github.request('POST', '/git/refs', { ref: `refs/heads/${branch}`, sha });
  }
}
