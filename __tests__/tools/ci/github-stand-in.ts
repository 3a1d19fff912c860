import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Github, githubOf } from '../../../tools/lib/ci/github';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: Record<string, unknown>;
  readonly authorization?: string;
}

/** Stands for GitHub's interface: answers by `answers`, `METHOD /path` without its query, and remembers what was asked. */
export async function githubStandIn(
  answers: Readonly<Record<string, unknown | ((asked: Asked) => unknown)>>,
): Promise<{
  github: Github;
  asked: Asked[];
  writes: () => string[];
  env: NodeJS.ProcessEnv;
  close: () => Promise<void>;
}> {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const path = url.pathname.replace('/repos/acme/platform', '');
      const one: Asked = {
        method: request.method ?? '',
        path: path + url.search,
        ...(text === '' ? {} : { body: JSON.parse(text) }),
        ...(request.headers.authorization ? { authorization: request.headers.authorization } : {}),
      };
      asked.push(one);
      const found = answers[`${request.method} ${path}`];
      const answer = typeof found === 'function' ? found(one) : found;
      response.statusCode = answer === undefined ? 404 : ((answer as { status?: number }).status ?? 200);
      response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const env = {
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    GITHUB_REPOSITORY: 'acme/platform',
    GITHUB_TOKEN: 'a-token',
  };
  return {
    github: githubOf(env),
    asked,
    writes: () =>
      asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
    env,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
