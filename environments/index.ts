import { accounts } from './accounts';
import { dev } from './dev';
import { type LoadedEnvironments, loadEnvironments } from './load';
import { local } from './local';
import { prod } from './prod';
import { recovery } from './recovery';
import { reserved } from './reserved';
import { staging } from './staging';

/**
 * Every environment. A new one is a file beside this one, a folder with its images.json, and a line here; one that
 * recovers another runs the other's images, and has no folder.
 */
export const environments = { dev, staging, prod, recovery, local };

/**
 * Reads and checks everything in this folder. Never throws: problems come back as sentences. `today` is the day that
 * expiries are measured against; default: the real one, in UTC.
 */
export const load = (today = new Date().toISOString().slice(0, 10)): LoadedEnvironments =>
  loadEnvironments({ accounts, environments, reserved, imagesFolder: __dirname, today });
