import { appendFileSync } from 'node:fs';

/** Hands values to later steps and jobs; outside of GitHub it prints them. One line each: nothing can add another. */
export function setOutputs(values: Readonly<Record<string, string>>, env = process.env): void {
  for (const [name, value] of Object.entries(values)) {
    if (/[\r\n]/.test(value)) throw new Error(`the output ${name} must be a single line`);
    console.log(`${name}=${value}`);
    if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
  }
}

/** Bytes that GitHub takes of a step's summary. */
const longestSummary = 1_000_000;

/** Adds Markdown to the job's page; outside of GitHub it prints it. */
export function addSummary(markdown: string, env = process.env): void {
  if (env.GITHUB_STEP_SUMMARY)
    appendFileSync(env.GITHUB_STEP_SUMMARY, `${markdown.slice(0, longestSummary)}\n`);
  else console.log(markdown);
}

/** What GitHub shows beside the job. */
export const notice = (text: string): void => console.log(`::notice::${text.replaceAll(/\s+/g, ' ')}`);
