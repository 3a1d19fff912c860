import type { DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';

/** Where the data of a database comes from. */
export type DatabaseOrigin =
  | {
      readonly kind: 'replica';
      /** Primary in another region. */
      readonly sourceArn: string;
      /**
       * Whether it stands for itself. Set, the next deployment promotes it in place: writes are taken, and nothing comes from the source any more. Taken
       * back, the deployment fails: RDS makes no replica of what was none.
       */
      readonly promoted: boolean;
    }
  /** Automated backups that another region copied here. Read when the instance is made, and never again. */
  | { readonly kind: 'backups'; readonly backupsArn: string };

/** Whether it only follows another database: it takes no writes, and has no password of its own. */
export const follows = (origin: DatabaseOrigin | undefined): boolean =>
  origin?.kind === 'replica' && !origin.promoted;

/**
 * What an instance starts from. What comes along with the data is not said: said otherwise, Terraform would replace it. Nor
 * could it be made anew once it was promoted and is gone: the provider asks for engine, size and owner, and refuses, instead of
 * making an empty database that everybody takes for the real one.
 */
export function beginning(props: {
  readonly origin?: DatabaseOrigin;
  readonly storageGiB: { readonly initial: number };
  readonly databaseName: string;
  readonly ownerName: string;
}): Partial<DbInstanceConfig> {
  const { origin } = props;
  // The provider promotes what names no source any more; it does so before it changes anything else.
  if (origin?.kind === 'replica') return origin.promoted ? {} : { replicateSourceDb: origin.sourceArn };
  if (origin?.kind === 'backups') {
    return {
      restoreToPointInTime: {
        sourceDbInstanceAutomatedBackupsArn: origin.backupsArn,
        useLatestRestorableTime: true,
      },
    };
  }
  return {
    engine: 'postgres',
    allocatedStorage: props.storageGiB.initial,
    dbName: props.databaseName,
    username: props.ownerName,
  };
}
