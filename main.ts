/** What the CDKTF CLI runs (cdktf.json): every environment's stacks into the folder that the CLI names. */
import { runSynth } from './tools/lib/run-synth';

process.exitCode = runSynth({ outdir: process.env.CDKTF_OUTDIR, table: false }) ? 0 : 1;
