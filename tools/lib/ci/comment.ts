import { author, type Github } from './github';

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly user?: { readonly login: string } | null;
}

/** Characters that GitHub takes of a comment. */
const longest = 65_000;

/** First line of the comment of an environment: by it the next run finds the comment that it overwrites. */
export const marker = (environment: string): string => `<!-- holdfast-plan: ${environment} -->`;

export interface CommentParts {
  readonly environment: string;
  /** What `npm run plan` wrote, or another report. */
  readonly report: string;
  /** Told above it: what this report is, or isn't. */
  readonly label?: string;
  /** Of the run, for the rest. */
  readonly url?: string;
}

export function commentBody({ environment, report, label, url }: CommentParts): string {
  const end = url ? `\n\n[The run and its artifacts](${url})` : '';
  const head = [marker(environment), ...(label ? [`> ${label}\n`] : [])].join('\n');
  const room = longest - head.length - end.length;
  const told = report.length > room ? `${report.slice(0, room - 100)}\n\n… cut: the run has it all.` : report;
  return `${head}\n${told.trimEnd()}${end}\n`;
}

/** One comment per environment: overwrites the one that is there, or makes it. Returns which. */
export async function putComment(
  github: Github,
  pull: number,
  environment: string,
  body: string,
): Promise<'made' | 'overwritten'> {
  const comments = await github.list<Comment>(`/issues/${pull}/comments`);
  const own = comments.find(
    (comment) => comment.user?.login === author && comment.body?.startsWith(marker(environment)),
  );
  if (own) await github.request('PATCH', `/issues/comments/${own.id}`, { body });
  else await github.request('POST', `/issues/${pull}/comments`, { body });
  return own ? 'overwritten' : 'made';
}
