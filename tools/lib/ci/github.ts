/** What the jobs ask of GitHub: its REST interface, as the workflow's token. */
export interface Github {
  /** `owner/name`. */
  readonly repository: string;
  /** Path below the repository, such as `/issues/7`. Throws a sentence where GitHub refuses. */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** All pages of a list. */
  list<T>(path: string): Promise<T[]>;
}

/** Whose comments and issues are ours: a marker in somebody else's is a quotation. */
export const author = 'github-actions[bot]';

/** Entries a page: the most that GitHub gives. */
const pageSize = 100;

/** Reads what GitHub sets in every job, and GITHUB_TOKEN, which a step has to be given. */
export function githubOf(env: NodeJS.ProcessEnv = process.env): Github {
  const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env;
  if (!repository || !token) {
    throw new Error(
      'GITHUB_REPOSITORY and GITHUB_TOKEN have to be set: this command runs in a job of GitHub, with env: GITHUB_TOKEN: $' +
        '{{ github.token }}',
    );
  }
  const root = `${env.GITHUB_API_URL ?? 'https://api.github.com'}/repos/${repository}`;
  const request = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(root + path, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-github-api-version': '2022-11-28',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    throw new GithubError(response.status, `${method} ${path}: ${messageOf(text)}`);
  };
  const list = async <T>(path: string): Promise<T[]> => {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const separator = path.includes('?') ? '&' : '?';
      const found = await request<T[]>('GET', `${path}${separator}per_page=${pageSize}&page=${page}`);
      all.push(...found);
      if (found.length < pageSize) return all;
    }
  };
  return { repository, request, list };
}

export class GithubError extends Error {
  constructor(
    readonly status: number,
    said: string,
  ) {
    const remedy =
      status === 403 || status === 401
        ? '; the job’s permissions or the token don’t allow it (docs/delivery.md lists what each needs)'
        : '';
    super(`GitHub answered ${status} to ${said}${remedy}`);
    this.name = 'GithubError';
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
