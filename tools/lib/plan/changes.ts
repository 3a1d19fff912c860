import type { StateResource } from '../cost/of-plan';
import { stateful } from '../stateful';
import { attributeChanges, type Values } from './attributes';
import type { Cause, ChangeKind, Drift, ResourceChange } from './model';

interface ShownChange extends Values {
  readonly actions: readonly string[];
  readonly importing?: { readonly id?: string };
}

interface ShownResource {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode: string;
  readonly type: string;
  /** An old object that an interrupted replacement left behind. */
  readonly deposed?: string;
  readonly action_reason?: string;
  readonly change: ShownChange;
}

/** What `terraform show -json` says of a plan, as far as it is used. */
export interface ShownPlan {
  readonly resource_changes?: readonly ShownResource[];
  readonly resource_drift?: readonly ShownResource[];
  readonly prior_state?: {
    readonly values?: { readonly root_module?: { readonly resources?: readonly StateResource[] } };
  };
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

export interface Changes {
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly Drift[];
  readonly outputs: readonly string[];
}

/** The order in which a person has to know: what is lost first. */
const order: readonly ChangeKind[] = ['destroy', 'replace', 'forget', 'update', 'create', 'import', 'move'];

export function changesOf(plan: ShownPlan): Changes {
  const drifted = (plan.resource_drift ?? [])
    .filter(({ mode, change }) => mode === 'managed' && !isNothing(change.actions))
    .map((resource) => ({ resource, attributes: attributeChanges(resource.type, resource.change) }));
  const changes = (plan.resource_changes ?? [])
    .filter(({ mode }) => mode === 'managed')
    .flatMap((resource) => {
      const drift = drifted.find(({ resource: { address } }) => address === resource.address);
      const change = changeOf(resource, drift && { ...drift, deleted: isDeletion(drift.resource) });
      return change ? [change] : [];
    });
  return {
    changes: changes.sort(
      (a, b) =>
        Number(b.stateful) * Number(isLoss(b)) - Number(a.stateful) * Number(isLoss(a)) ||
        order.indexOf(a.kind) - order.indexOf(b.kind) ||
        a.address.localeCompare(b.address),
    ),
    drift: drifted.map(({ resource, attributes }) => ({
      address: resource.address,
      kind: isDeletion(resource) ? 'deleted' : 'changed',
      reverted: changes.some(
        ({ address, cause }) => address === resource.address && cause !== 'configuration',
      ),
      attributes: isDeletion(resource) ? [] : attributes,
    })),
    outputs: Object.entries(plan.output_changes ?? {})
      .filter(([, { actions }]) => !isNothing(actions))
      .map(([name]) => name)
      .sort(),
  };
}

const isNothing = (actions: readonly string[]): boolean => ['no-op', 'read'].includes(actions.join());
const isDeletion = ({ change }: ShownResource): boolean => change.actions.join() === 'delete';
const isLoss = ({ kind }: ResourceChange): boolean => kind === 'destroy' || kind === 'replace';

interface Drifted {
  readonly deleted: boolean;
  readonly attributes: Drift['attributes'];
}

function changeOf(resource: ShownResource, drift: Drifted | undefined): ResourceChange | undefined {
  const { change, deposed } = resource;
  const moved = resource.previous_address !== undefined && resource.previous_address !== resource.address;
  const kind = kindOf(change, moved);
  if (!kind) return undefined;
  const attributes = attributeChanges(resource.type, change);
  const why = reasonOf(resource, attributes);
  return {
    address: deposed ? `${resource.address} (deposed ${deposed})` : resource.address,
    type: resource.type,
    kind,
    cause: causeOf(kind, attributes, drift),
    stateful: resource.type in stateful,
    ...(why ? { why } : {}),
    ...(moved ? { previousAddress: resource.previous_address as string } : {}),
    ...(change.importing ? { importId: change.importing.id ?? '' } : {}),
    // All that goes is known by its address.
    attributes: kind === 'destroy' || kind === 'forget' ? [] : attributes,
  };
}

function kindOf({ actions, importing }: ShownChange, moved: boolean): ChangeKind | undefined {
  const kinds: Readonly<Record<string, ChangeKind>> = {
    create: 'create',
    update: 'update',
    delete: 'destroy',
    'delete,create': 'replace',
    'create,delete': 'replace',
    forget: 'forget',
    'create,forget': 'replace',
  };
  return kinds[actions.join()] ?? (importing ? 'import' : moved ? 'move' : undefined);
}

/** Changed by hand and changed back: the same values differ, in the other direction. */
function causeOf(kind: ChangeKind, attributes: Drift['attributes'], drift: Drifted | undefined): Cause {
  if (!drift) return 'configuration';
  if (kind === 'create') return drift.deleted ? 'drift' : 'configuration';
  const top = (path: string) => path.split('.')[0];
  const byHand = new Set(drift.attributes.map(({ path }) => top(path)));
  // What AWS works out anew follows from the rest.
  const decided = attributes.filter(({ after }) => after !== '(known after apply)');
  const back = decided.filter(({ path }) => byHand.has(top(path)));
  if (back.length === 0) return 'configuration';
  return back.length === decided.length ? 'drift' : 'both';
}

/** Terraform's reasons, as sentences that end the words "is replaced" or "is destroyed". */
const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'because it was made only half: its creation failed',
  replace_by_request: 'because somebody asked for it by -replace',
  replace_by_triggers: 'because of what replace_triggered_by names',
  delete_because_no_resource_config:
    'because the program has it no longer; if it only has another name, say so by moveFromId',
  delete_because_wrong_repetition: 'because it is no longer one of several, or has become one',
  delete_because_count_index: 'because there are fewer of it',
  delete_because_each_key: 'because its key is gone',
  delete_because_no_module: 'because its module is gone',
};

function reasonOf(
  { action_reason: reason, change }: ShownResource,
  attributes: Drift['attributes'],
): string | undefined {
  const forcing = attributes.filter(({ replaces }) => replaces);
  if (forcing.length > 0 && change.actions.length > 1) {
    const parts = forcing.map(
      ({ path, before = 'unset', after = 'unset' }) => `${path} ${before} → ${after}`,
    );
    return `because it can't be changed in place: ${parts.join('; ')}`;
  }
  return reason ? (reasons[reason] ?? reason.replaceAll('_', ' ')) : undefined;
}
