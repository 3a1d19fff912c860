/**
 * `npm run local [-- [--context NAME] [--observability] [--no-build] [--destroy]]`: the service on a laptop's Kubernetes cluster
 * (docs/local.md). Refuses what looks like any other cluster.
 */
import { localCommand } from './lib/local/command';
import { exitWith } from './lib/terminal';

exitWith(localCommand(process.argv.slice(2)));
