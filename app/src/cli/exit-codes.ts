import { exitCodes as processExitCodes } from '../kernel/start-error';

/** Exit codes of the command line, after sysexits.h where it has one. docs/cli.md lists them. */
export const exitCodes = {
  ...processExitCodes,
  /** The service cannot be reached, or isn't ready to answer. */
  unavailable: 69,
  /** The service does not let the caller do it. */
  notPermitted: 77,
} as const;

export const exitCodeMeanings: Readonly<Record<number, string>> = {
  [exitCodes.ok]: 'done; what was asked about is well',
  [exitCodes.failure]: 'not done, or what was asked about is not well',
  [exitCodes.usage]: 'the command line, or what it hands over, is wrong',
  [exitCodes.unavailable]: 'the service cannot be reached, or has not started yet',
  [exitCodes.notPermitted]: 'the token is missing or wrong, or does not allow this',
  [exitCodes.configuration]: 'settings are not valid',
};
