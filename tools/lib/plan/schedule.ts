import { availableParallelism } from 'node:os';

export interface Task {
  readonly name: string;
  readonly dependencies: readonly string[];
}

/**
 * Runs each task as soon as those that it depends on have ended, at most `limit` at a time (default: the cores). `run`
 * mustn't throw. The answer lies in the order of `tasks`; dependencies that aren't among them count as ended.
 */
export async function inOrder<T extends Task, R>(
  tasks: readonly T[],
  run: (task: T) => Promise<R>,
  limit = availableParallelism(),
): Promise<R[]> {
  const waiting = new Set(tasks);
  const ended = new Map<string, R>();
  const running = new Set<Promise<void>>();
  const isReady = ({ dependencies }: T) =>
    dependencies.every((name) => ended.has(name) || !tasks.some((task) => task.name === name));
  while (waiting.size > 0 || running.size > 0) {
    for (const task of waiting) {
      if (running.size >= limit) break;
      if (!isReady(task)) continue;
      waiting.delete(task);
      const done: Promise<void> = run(task).then((result) => {
        ended.set(task.name, result);
        running.delete(done);
      });
      running.add(done);
    }
    if (running.size === 0)
      throw new Error(
        `stacks depend on each other in a circle: ${[...waiting].map(({ name }) => name).join(', ')}`,
      );
    await Promise.race(running);
  }
  return tasks.map(({ name }) => ended.get(name) as R);
}
