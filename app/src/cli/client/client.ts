import type { Access } from './access';
import { parseEvents, type ServerEvent } from './events';
import { badAnswer, refusal, unreachable } from './refusal';

export interface ClientOptions extends Access {
  /** Seconds for one answer. */
  readonly timeoutSeconds: number;
  /** Who asks, for the service's audit. */
  readonly actor: string;
}
type Query = Readonly<Record<string, string | number | undefined>>;
interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** Ends the request; default: the timeout. */
  readonly signal?: AbortSignal;
}

/** Speaks to the management API of one service. Paths are relative to /admin/v1. */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  get url(): string {
    return this.options.url;
  }
  /** @throws CliError what the service refuses, or that it cannot be reached; as all the others do */
  get<T>(path: string, query?: Query): Promise<T> {
    return this.#json({ method: 'GET', path, query });
  }
  post<T>(path: string, body?: unknown, query?: Query): Promise<T> {
    return this.#json({ method: 'POST', path, body, query });
  }
  put<T>(path: string, body: unknown): Promise<T> {
    return this.#json({ method: 'PUT', path, body });
  }
  delete<T>(path: string, query?: Query): Promise<T> {
    return this.#json({ method: 'DELETE', path, query });
  }
  async text(path: string, query?: Query): Promise<string> {
    const response = await this.#send({ method: 'GET', path, query });
    return this.#whole(response);
  }
  /** What the service tells as it happens, until the signal or the service ends it. */
  async *events(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const response = await this.#send({ method: 'GET', path, signal });
    try {
      if (response.body) yield* parseEvents(response.body);
    } catch (error) {
      if (!signal.aborted) throw unreachable(this.url, error);
    }
  }

  async #json<T>(request: Request): Promise<T> {
    const text = await this.#whole(await this.#send(request));
    try {
      return JSON.parse(text) as T;
    } catch {
      throw badAnswer(this.url);
    }
  }

  async #whole(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw unreachable(this.url, error);
    }
  }

  async #send({ method, path, query = {}, body, signal }: Request): Promise<Response> {
    const { url, token, timeoutSeconds, actor } = this.options;
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const search = new URLSearchParams(given).toString();
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' ? {} : { 'holdfast-actor': encodeURIComponent(actor) }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    let response: Response;
    try {
      response = await fetch(`${url}/admin/v1${path}${search && `?${search}`}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        // Elsewhere the token has no business.
        redirect: 'error',
        signal: signal ?? AbortSignal.timeout(timeoutSeconds * 1000),
      });
    } catch (error) {
      throw unreachable(url, error, timeoutSeconds);
    }
    if (response.ok) return response;
    throw refusal(url, response, await this.#whole(response));
  }
}

/** A part of a path that somebody has typed. */
export const segment = (text: string): string => encodeURIComponent(text);
