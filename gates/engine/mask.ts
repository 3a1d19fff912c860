/** Values that are secrets wherever they stand: keys of AWS, JSON web tokens, PEM private keys, passwords in URLs. */
export const secretValue =
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b[a-z][a-z+]*:\/\/[^\s/:@]+:[^\s/@]+@|\bgh[pousr]_\w{30,}|\bxox[abprs]-[\w-]{10,}/;

/** What a report may show of a value that was seen: no secret, no account id, no address of a person. */
export function masked(text: string): string {
  if (secretValue.test(text)) return '(sensitive)';
  return text
    .replaceAll(/(?<!\d)\d{12}(?!\d)/g, '(account)')
    .replaceAll(/[\w.+-]+@[\w-]+\.[\w.-]*\w/g, '(mail address)');
}
