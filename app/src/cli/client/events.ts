/** One message of a stream of server-sent events. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events whose data is JSON. Comments (signs of life) are skipped. */
export async function* parseEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() as string;
    for (const block of blocks) {
      const fields = block.split('\n');
      const of = (name: string) =>
        fields.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
      const data = of('data');
      if (data.length > 0) yield { event: of('event')[0] ?? 'message', data: JSON.parse(data.join('\n')) };
    }
  }
}
