import { type Finding, fail, pass, type Subject, warn } from '../types';

/** The settings are valid, and all of them are known. */
export function configuration({ loaded, problems }: Subject): Finding[] {
  if (!loaded) {
    return problems.map(({ key, place, message }) => {
      const where = place === undefined ? 'the variable' : place;
      return fail(key, message, `Correct ${where}; docs/settings.md says what each setting takes.`);
    });
  }
  const warnings = loaded.warnings.map((warning) => {
    const [key = '', ...message] = warning.split(' ');
    return warn(key, message.join(' '), 'Remove it, or write the name that was meant.');
  });
  const { HOLDFAST_ENVIRONMENT, HOLDFAST_TIER } = loaded.settings;
  return [pass('settings', `valid for ${HOLDFAST_ENVIRONMENT}, tier ${HOLDFAST_TIER}`), ...warnings];
}
