import type { Control } from '../engine/model';

/** A control whose number stands in one of the framework's sources. */
export const control = (number: string, about: string, ...evaluators: readonly string[]): Control => ({
  number,
  about,
  confirmed: true,
  evaluators,
});

/** One whose number is from memory: reports say so. */
export const unconfirmed = (number: string, about: string, ...evaluators: readonly string[]): Control => ({
  ...control(number, about, ...evaluators),
  confirmed: false,
});
