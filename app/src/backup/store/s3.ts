import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { StartError } from '../../kernel/start-error';
import type { Store } from './index';

/** S3 takes 10,000 parts at most: with every 1,000 they double, which reaches its limit of 5 TB. */
const partBytes = (part: number): number => 16 * 1024 * 1024 * 2 ** Math.floor(part / 1000);

/**
 * Backups in a bucket. The endpoint and the credentials come from where the AWS SDK looks for them (AWS_ENDPOINT_URL,
 * profile, pod identity …). The bucket's own rules see to encryption at rest, versions and object lock.
 */
export async function openS3Store(bucket: string, prefix: string): Promise<Store> {
  const sdk = await import('@aws-sdk/client-s3');
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  // Servers that stand in for S3 have no names for buckets.
  const client = new sdk.S3Client({ forcePathStyle: Boolean(AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL) });
  return new S3Store(sdk, client, bucket, prefix);
}

class S3Store implements Store {
  readonly place: string;

  constructor(
    private readonly sdk: typeof import('@aws-sdk/client-s3'),
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {
    this.place = `s3://${bucket}${prefix ? `/${prefix}` : ''}`;
  }

  async put(name: string, content: AsyncIterable<Buffer>): Promise<void> {
    const at = this.#at(name);
    let uploadId: string | undefined;
    const parts: CompletedPart[] = [];
    const send = async (body: Buffer) => {
      uploadId ??= (await this.client.send(new this.sdk.CreateMultipartUploadCommand(at))).UploadId;
      const PartNumber = parts.length + 1;
      const { ETag } = await this.client.send(
        new this.sdk.UploadPartCommand({ ...at, UploadId: uploadId, PartNumber, Body: body }),
      );
      parts.push({ ETag, PartNumber });
    };
    try {
      let held: Buffer[] = [];
      let bytes = 0;
      for await (const piece of content) {
        held.push(piece);
        bytes += piece.length;
        if (bytes < partBytes(parts.length)) continue;
        await send(Buffer.concat(held));
        [held, bytes] = [[], 0];
      }
      const rest = Buffer.concat(held);
      if (uploadId === undefined) {
        await this.client.send(new this.sdk.PutObjectCommand({ ...at, Body: rest }));
        return;
      }
      if (rest.length > 0) await send(rest);
      const MultipartUpload = { Parts: parts };
      await this.client.send(
        new this.sdk.CompleteMultipartUploadCommand({ ...at, UploadId: uploadId, MultipartUpload }),
      );
    } catch (error) {
      if (uploadId !== undefined) {
        const abort = new this.sdk.AbortMultipartUploadCommand({ ...at, UploadId: uploadId });
        await this.client.send(abort).catch(() => {});
      }
      throw this.#explain(error, `${name} could not be written`);
    }
  }

  async get(name: string): Promise<AsyncIterable<Buffer> | undefined> {
    try {
      const { Body } = await this.client.send(new this.sdk.GetObjectCommand(this.#at(name)));
      return Body as unknown as AsyncIterable<Buffer>;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw this.#explain(error, `${name} could not be read`);
    }
  }

  async list(prefix: string): Promise<string[]> {
    const names: string[] = [];
    const start = this.#at('').Key;
    try {
      const request = { Bucket: this.bucket, Prefix: `${start}${prefix}` };
      for await (const page of this.sdk.paginateListObjectsV2({ client: this.client }, request)) {
        for (const { Key = '' } of page.Contents ?? []) names.push(Key.slice(start.length));
      }
      return names;
    } catch (error) {
      throw this.#explain(error, 'backups could not be listed');
    }
  }

  async remove(name: string): Promise<void> {
    await this.client.send(new this.sdk.DeleteObjectCommand(this.#at(name))).catch((error) => {
      throw this.#explain(error, `${name} could not be removed`);
    });
  }

  async sweep(before: Date): Promise<number> {
    const request = { Bucket: this.bucket, Prefix: this.#at('').Key };
    try {
      const { Uploads = [] } = await this.client.send(new this.sdk.ListMultipartUploadsCommand(request));
      const old = Uploads.filter(({ Initiated }) => Initiated && Initiated < before);
      for (const { Key, UploadId } of old) {
        const upload = { Bucket: this.bucket, Key, UploadId };
        await this.client.send(new this.sdk.AbortMultipartUploadCommand(upload));
      }
      return old.length;
    } catch (error) {
      throw this.#explain(error, 'unfinished uploads could not be removed');
    }
  }

  #at(name: string) {
    return { Bucket: this.bucket, Key: this.prefix ? `${this.prefix}/${name}` : name };
  }

  /** What AWS, or the way to it, said; everything else is none of the store's business. */
  #explain(error: unknown, what: string): unknown {
    const { $metadata, code, name, message } = error as {
      $metadata?: unknown;
      code?: string;
      name: string;
      message: string;
    };
    const ours = $metadata !== undefined || code !== undefined || name.startsWith('Credentials');
    if (!ours || error instanceof StartError) return error;
    const hint: Readonly<Record<string, string>> = {
      NoSuchBucket: 'Create the bucket, or name another (--store).',
      AccessDenied:
        'The role needs s3:ListBucket on the bucket and s3:GetObject, PutObject, DeleteObject in it.',
      CredentialsProviderError: 'Give AWS credentials: a profile, AWS_ACCESS_KEY_ID, or pod identity.',
    };
    const remedy = hint[name] ?? 'See AWS_REGION, AWS_ENDPOINT_URL and the network.';
    return new StartError(`${this.place}: ${what}: ${name}: ${message || code}. ${remedy}`);
  }
}
