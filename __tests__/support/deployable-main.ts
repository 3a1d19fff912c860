/** What the CDKTF CLI runs in tests: main.ts, in an account that plan doesn't refuse. */
import { synthesise } from '../../tools/lib/synthesise';
import { deployable, loaded } from './shipped';

synthesise(deployable(loaded()), { outdir: process.env.CDKTF_OUTDIR ?? 'cdktf.out' });
