/** Colours of HTML reports, light and dark, with a contrast of at least 4.5:1 on their ground in both schemes. */
export const palette = `
:root { --ground: #fff; --raised: #f5f6f8; --text: #1b1f24; --faint: #59636e; --line: #d5d9df;
  --create: #1a7f37; --update: #855600; --replace: #b3261e; --destroy: #b3261e; --loss: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161b; --raised: #1b2129; --text: #e8ebef; --faint: #9aa5b1; --line: #333c47;
    --create: #56c271; --update: #e0b04a; --replace: #ff8a80; --destroy: #ff8a80; --loss: #3a1a1a; }
}
`;

/** Look of the HTML report of a plan. */
export const style = `${palette}* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
header p { margin: .2rem 0; color: var(--faint); }
section { margin: 1.5rem 0; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th:first-child, td.text, .values th, .values td { text-align: left; }
.values { font-size: .85rem; margin: .3rem 0 .6rem; table-layout: fixed; }
.values th, .values td { overflow-wrap: anywhere; font-weight: normal; }
.values .before { color: var(--destroy); }
.values .after { color: var(--create); }
.blast { border: 2px solid var(--destroy); border-radius: .5rem; padding: 1rem; background: var(--loss); }
.blast h2 { color: var(--destroy); }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .6rem; margin: .3rem 0; background: var(--raised); }
details.loss { background: var(--loss); border-color: var(--destroy); }
summary { cursor: pointer; }
summary span { color: var(--faint); }
b.create, td.create { color: var(--create); }
b.update, td.update, b.drift, .note { color: var(--update); }
b.replace, td.replace, b.destroy, td.destroy, .note.failed { color: var(--destroy); }
td.create, td.update, td.replace, td.destroy { font-weight: bold; }
`;
