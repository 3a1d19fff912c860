import type { Evaluator, Framework, Gate } from './model';

/** A gate for each control and each evaluator that bears on it. Throws where a framework names what is not there. */
export function gatesOf(
  frameworks: readonly Framework[],
  evaluators: Readonly<Record<string, Evaluator>>,
): Gate[] {
  return frameworks.flatMap((framework) =>
    framework.controls.flatMap((control) =>
      control.evaluators.map((evaluatorId): Gate => {
        const evaluator = evaluators[evaluatorId];
        if (!evaluator)
          throw new Error(
            `${framework.id} ${control.number} names "${evaluatorId}", which no file of gates/evaluators has`,
          );
        return {
          id: `${framework.id}/${control.number}/${evaluatorId}`,
          framework,
          control,
          evaluatorId,
          evaluator,
          rationale: `${control.about}: ${evaluator.title.replace(/^./, (first) => first.toLowerCase())}, or else ${evaluator.why.replace(/^./, (first) => first.toLowerCase())}`,
        };
      }),
    ),
  );
}
