import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { StartError } from '../../kernel/start-error';

/** A primary that has nothing but one RDB file to give. */
export interface SnapshotPrimary {
  readonly port: number;
  /** Rejects when the content breaks off. */
  readonly sent: Promise<void>;
  close(): void;
}

/**
 * Offers an RDB file to the first server that becomes our replica: that is how it gets into a server whose files are out
 * of reach.
 *
 * @param host on which to listen, an address that the server reaches
 */
export async function offerSnapshot(content: AsyncIterable<Buffer>, host: string): Promise<SnapshotPrimary> {
  const server = createServer();
  const sockets = new Set<Socket>();
  const sent = new Promise<void>((resolve, reject) => {
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      answer(socket, () => send(socket, content).then(resolve, reject));
    });
  });
  // Whoever waits for it sees it.
  sent.catch(() => {});
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    sent,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Says yes to all that a replica says before it asks for the data. */
function answer(socket: Socket, synchronise: () => void): void {
  let held = Buffer.alloc(0);
  const listen = (part: Buffer) => {
    held = Buffer.concat([held, part]);
    for (;;) {
      const next = nextCommand(held);
      if (!next) return;
      held = held.subarray(next.bytes);
      const [name = ''] = next.words;
      if (/^p?sync$/i.test(name)) {
        socket.off('data', listen);
        socket.resume();
        synchronise();
        return;
      }
      socket.write(/^ping$/i.test(name) ? '+PONG\r\n' : '+OK\r\n');
    }
  };
  socket.on('data', listen);
}

/** The first command of what was received, or nothing while it isn't whole. */
function nextCommand(
  held: Buffer,
): { readonly words: readonly string[]; readonly bytes: number } | undefined {
  let at = 0;
  const line = (): string | undefined => {
    const end = held.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const text = held.subarray(at, end).toString('latin1');
    at = end + 2;
    return text;
  };
  const count = line();
  if (count === undefined) return undefined;
  if (!count.startsWith('*')) return { words: count.split(' '), bytes: at };
  const words: string[] = [];
  for (let left = Number(count.slice(1)); left > 0; left -= 1) {
    const length = Number(line()?.slice(1) ?? Number.NaN);
    if (Number.isNaN(length) || held.length < at + length + 2) return undefined;
    words.push(held.subarray(at, at + length).toString('latin1'));
    at += length + 2;
  }
  return { words, bytes: at };
}

/** The file between two marks, since its length isn't known before it is decompressed. */
async function send(socket: Socket, content: AsyncIterable<Buffer>): Promise<void> {
  const mark = randomBytes(20).toString('hex');
  socket.write(`+FULLRESYNC ${'0'.repeat(40)} 0\r\n$EOF:${mark}\r\n`);
  try {
    for await (const part of content) {
      if (socket.destroyed) throw new StartError('The server left before it had the whole snapshot.');
      if (!socket.write(part)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
    socket.write(mark);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
