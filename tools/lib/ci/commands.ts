import { promote, record, release, rollback, tag, upgrade } from './change-commands';
import type { Given } from './given';
import { goldenFolder } from './golden-diff';
import { changed, comment, drift, golden, matrix, sarif } from './report-commands';

interface Command {
  readonly use: string;
  readonly what: string;
  readonly run: (given: Given) => Promise<number> | number;
}

export const commands: Readonly<Record<string, Command>> = {
  changed: {
    use: 'changed --base COMMIT',
    what: 'whether the image would be another one, as an output',
    run: changed,
  },
  record: {
    use: 'record --label TEXT',
    what: 'proposes what the checkout changed, as a pull request',
    run: record,
  },
  matrix: {
    use: 'matrix [--only ENV]',
    what: 'what the jobs have to know of the environments, as outputs',
    run: matrix,
  },
  golden: {
    use: 'golden --base COMMIT',
    what: `what changes in ${goldenFolder}, into the summary`,
    run: golden,
  },
  comment: {
    use: 'comment ENV --pull NUMBER [--file FILE] [--label TEXT] [--plan FOLDER]',
    what: 'a report as the one comment of an environment',
    run: comment,
  },
  sarif: { use: 'sarif --file FILE', what: 'what checkov finds, for code scanning', run: sarif },
  drift: {
    use: 'drift ENV [--plan FOLDER]',
    what: 'opens, updates or closes the issue about drift',
    run: drift,
  },
  rollback: { use: 'rollback ENV', what: 'puts the image that ran before into images.json', run: rollback },
  promote: {
    use: 'promote ENV… (--digest DIGEST | --from ENV) [--label TEXT]',
    what: 'proposes an image for environments, as a pull request',
    run: promote,
  },
  release: {
    use: 'release --from ENV --to ENV,…',
    what: 'proposes the next release: version, changelog, images',
    run: release,
  },
  tag: { use: 'tag', what: 'after the release was merged: its tag and notes', run: tag },
  upgrade: {
    use: 'upgrade [--from TAG]',
    what: 'what an upgrade from the last release would destroy without a word',
    run: upgrade,
  },
};
