import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../app/test/support/servers';

/** An S3 (moto) on loopback, for the unmodified S3 backend with its native lock. */
export interface StateStore {
  /** Variables that point Terraform's backend at it. */
  readonly environment: NodeJS.ProcessEnv;
  createBucket(name: string): Promise<void>;
  keys(bucket: string): Promise<string[]>;
  stop(): void;
}

export async function startStateStore(): Promise<StateStore> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    server.once('error', () =>
      reject(new Error('moto_server is missing; install it with: pip install "moto[server]"')),
    );
  });
  const up = (async () => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (
        await fetch(url).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return;
      await sleep(100);
    }
    throw new Error('moto_server did not answer within 10 s');
  })();
  await Promise.race([up, failed]);
  return {
    environment: { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1' },
    createBucket: async (name) => {
      const answer = await fetch(`${url}/${name}`, {
        method: 'PUT',
        body: '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
      });
      if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status} ${await answer.text()}`);
    },
    keys: async (bucket) =>
      [...(await (await fetch(`${url}/${bucket}?list-type=2`)).text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(
        (match) => match[1] ?? '',
      ),
    stop: () => server.kill('SIGKILL'),
  };
}
