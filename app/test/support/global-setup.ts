/** Nothing to prepare yet. */
export default async function prepare(): Promise<void> {}
