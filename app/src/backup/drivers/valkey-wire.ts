import { isIP, connect as plainConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Settings } from '../../contract';
import { StartError } from '../../kernel/start-error';

/** Who logs in; nothing where the server has no users. */
export interface WireLogin {
  readonly username?: string;
  readonly password?: string;
}

export const command = (...words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/**
 * The server's whole memory as an RDB file, sent as to a replica: the server forks and saves in the background, and
 * goes on answering. Needs no access to its files.
 *
 * @throws StartError when it refuses, or when the connection ends before the file does
 */
export async function* receiveSnapshot(settings: Settings, login: WireLogin): AsyncGenerator<Buffer> {
  const { HOLDFAST_CACHE_HOST: host = '', HOLDFAST_CACHE_PORT: port, HOLDFAST_CACHE_TLS: tls } = settings;
  const place = `${host}:${port}`;
  const socket: Socket =
    tls === 'on'
      ? tlsConnect({ host, port, ...(isIP(host) ? {} : { servername: host }) })
      : plainConnect({ host, port });
  const reader = new Reader(socket, place);
  try {
    if (login.password !== undefined) {
      const words = login.username === undefined ? [login.password] : [login.username, login.password];
      await reader.ask(command('AUTH', ...words));
    }
    // Without this promise the server would send the changes after the file, too; older servers don't know it.
    await reader.ask(command('REPLCONF', 'rdb-only', '1')).catch(() => {});
    socket.write(command('SYNC'));
    const length = Number(/^\$(\d+)$/.exec(await reader.line())?.[1] ?? Number.NaN);
    if (Number.isNaN(length))
      throw new StartError(`${place} did not send a snapshot. Is it Valkey or Redis?`);
    yield* reader.bytes(length);
  } finally {
    socket.destroy();
  }
}

/** Reads the protocol from a socket, as far as a snapshot needs it. */
class Reader {
  readonly #parts: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(
    private readonly socket: Socket,
    private readonly place: string,
  ) {
    this.#parts = socket[Symbol.asyncIterator]();
  }

  async ask(words: string): Promise<string> {
    this.socket.write(words);
    return this.line();
  }

  /** @throws StartError for an answer that is an error */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\n');
      if (end < 0) {
        await this.#more();
        continue;
      }
      const text = this.#held.subarray(0, end).toString('utf8').trim();
      this.#held = this.#held.subarray(end + 1);
      // Empty lines keep the connection alive while the server saves.
      if (text === '') continue;
      if (!text.startsWith('-')) return text;
      const remedy = /^-(NOPERM|NOAUTH|WRONGPASS)/.test(text)
        ? 'Name a user that may send AUTH, REPLCONF and SYNC (--login, HOLDFAST_CACHE_PASSWORD_FILE).'
        : 'ElastiCache does not let replicas of others in: use "backup create elasticache" there.';
      throw new StartError(`${this.place} refuses: ${text.slice(1)}. ${remedy}`);
    }
  }

  async *bytes(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#held.length === 0) await this.#more();
      const part = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async #more(): Promise<void> {
    let cause = 'the connection ended too early';
    try {
      const { value, done } = await this.#parts.next();
      if (!done) {
        this.#held = Buffer.concat([this.#held, value as Buffer]);
        return;
      }
    } catch (error) {
      cause = (error as Error).message;
    }
    throw new StartError(
      `${this.place}: ${cause}. See HOLDFAST_CACHE_HOST, HOLDFAST_CACHE_PORT and HOLDFAST_CACHE_TLS.`,
    );
  }
}
