import { once } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Client } from 'pg';

/** The part of pg's connection that COPY needs. */
interface Connection {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What pg calls while one statement runs: its own queries are made like this, and none of them does COPY. */
interface Statement {
  submit(connection: Connection): void;
  handleCopyInResponse?(connection: Connection): void;
  handleCopyData?(message: { readonly chunk: Buffer }, connection: Connection): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}
const run = (client: Client, statement: Statement): void => {
  client.query(statement as unknown as Parameters<Client['query']>[0]);
};

/** Bytes that may wait for whoever reads, before the server has to. */
const waiting = 1024 * 1024;

/**
 * What `copy … to stdout` writes, as fast as it is read. Who stops reading before the end has to end the connection.
 *
 * @throws what the server says
 */
export function copyOut(client: Client, statement: string): AsyncIterable<Buffer> {
  const output = new PassThrough({ highWaterMark: waiting });
  run(client, {
    submit: (connection) => connection.query(statement),
    handleCopyData: ({ chunk }, { stream }) => {
      // pg goes on to use the memory that the chunk lies in.
      if (output.write(Buffer.from(chunk))) return;
      stream.pause();
      output.once('drain', () => stream.resume());
    },
    handleCommandComplete: () => {},
    handleReadyForQuery: () => output.end(),
    handleError: (error) => output.destroy(error),
  });
  return output;
}

/**
 * Gives rows to `copy … from stdin`. Nothing of them stays when they break off.
 *
 * @throws what the server says of them, or what broke off
 */
export function copyIn(client: Client, statement: string, rows: AsyncIterable<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    let refused = false;
    let broken: Error | undefined;
    const send = async (connection: Connection) => {
      try {
        for await (const part of rows) {
          if (refused) return;
          connection.sendCopyFromChunk(part);
          if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
        }
        connection.endCopyFrom();
      } catch (error) {
        broken = error as Error;
        connection.sendCopyFail('the rows break off');
      }
    };
    run(client, {
      submit: (connection) => connection.query(statement),
      handleCopyInResponse: (connection) => void send(connection),
      handleCommandComplete: () => {},
      handleReadyForQuery: () => resolve(),
      handleError: (error) => {
        refused = true;
        reject(broken ?? error);
      },
    });
  });
}
