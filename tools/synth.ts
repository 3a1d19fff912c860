/** `npm run synth`: every environment into cdktf.out, and a table of what came out. */
import { runSynth } from './lib/run-synth';

process.exitCode = runSynth() ? 0 : 1;
