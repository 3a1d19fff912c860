import { palette } from '../plan/report-style';
import { picturesStyle } from './picture';

/** Look of the page: the colours of plans' reports, a column of contents beside the text where there is room. */
export const style = `${palette}
:root { --link: #0550ae; --focus: #0550ae; }
@media (prefers-color-scheme: dark) { :root { --link: #79b8ff; --focus: #79b8ff; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 96rem; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; }
[hidden] { display: none !important; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; }
h2, h3 { display: inline; line-height: 1.3; }
h2 { font-size: 1.35rem; }
h3 { font-size: 1rem; }
p { margin: .3rem 0; }
header p, .lead, summary span, #search-help, #found, figcaption { color: var(--faint); }
a { color: var(--link); }
code, kbd { font: .88em ui-monospace, 'DejaVu Sans Mono', monospace; }
td code, th code { overflow-wrap: anywhere; }
kbd { border: 1px solid var(--line); border-radius: .25rem; padding: 0 .35rem; background: var(--raised); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--ground); z-index: 2; }
.skip:focus { left: 1rem; top: 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; margin: 1.2rem 0; }
dl div { display: flex; flex-direction: column-reverse; border: 1px solid var(--line); border-radius: .5rem;
  padding: .5rem .8rem; background: var(--raised); }
dt { color: var(--faint); font-size: .85rem; }
dd { margin: 0; font-size: 1.4rem; font-weight: 600; font-variant-numeric: tabular-nums; }
form { margin: 1rem 0; }
label { display: block; font-weight: 600; }
input { width: 100%; max-width: 40rem; font: inherit; padding: .5rem .7rem; border: 1px solid var(--faint);
  border-radius: .4rem; background: var(--ground); color: var(--text); }
#search-help { font-size: .85rem; }
#found { font-weight: 600; min-height: 1.5em; }
nav ul { list-style: none; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; }
nav a { display: inline-block; padding: .2rem 0; }
section { margin: 1.8rem 0; border-top: 1px solid var(--line); padding-top: 1.2rem; }
main > section:first-child { border: 0; margin-top: 0; padding-top: 0; }
summary { cursor: pointer; padding: .2rem 0; }
details.group { border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .8rem; margin: .5rem 0; background: var(--raised); }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll.wide { border-right: 3px dotted var(--faint); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .2rem .6rem .4rem 0; }
th, td { padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  min-width: 5.5rem; }
td:last-child { min-width: 9rem; }
time { white-space: nowrap; }
th[scope=row] { font-weight: 500; min-width: 9rem; }
thead th { color: var(--faint); vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 1.2rem; }
tbody tr:target, tbody tr:focus { background: var(--raised); outline: 2px solid var(--focus); }
b.good { color: var(--create); } b.fair { color: var(--update); } b.bad { color: var(--destroy); }
figure { margin: 1rem 0; }
figure svg { display: block; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
${picturesStyle}
@media (min-width: 48rem) { th[scope=row] { min-width: 12rem; } }
@media (min-width: 75rem) {
  body { display: grid; grid-template-columns: 14rem minmax(0, 1fr); column-gap: 2.5rem; }
  header, form { grid-column: 1 / -1; }
  nav { position: sticky; top: 1rem; align-self: start; }
  nav ul { flex-direction: column; }
}
@media print {
  :root { color-scheme: light; }
  body { display: block; max-width: none; padding: 0; font-size: 10pt; }
  nav, form, .skip { display: none; }
  .scroll { overflow: visible; border: 0 !important; }
  tr, figure { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
