import type { Json, Synthesised } from '../aws-fixture';

/** Ids of the resources that one waits for, directly or through others. */
export function waitsFor(stack: Synthesised, resource: Json): Set<string> {
  const found = new Set<string>();
  const everything: Record<string, Json> = Object.fromEntries(
    Object.entries<Record<string, Json>>(stack.json.resource).flatMap(([type, members]) =>
      Object.entries(members).map(([id, member]) => [`${type}.${id}`, member]),
    ),
  );
  const visit = (text: string): void => {
    for (const [address] of text.matchAll(/aws_[a-z0-9_]+\.[a-z0-9-]+_[a-zA-Z0-9_-]+/g)) {
      const target = Object.keys(everything).find((known) => address.startsWith(known));
      if (!target || found.has(target)) continue;
      found.add(target);
      visit(JSON.stringify({ ...everything[target], '//': undefined }));
    }
  };
  visit(JSON.stringify({ ...resource, '//': undefined }));
  return found;
}
