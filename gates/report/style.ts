/** Look of the page. Colours have a contrast of at least 4.5:1 on their ground in both schemes. */
export const style = `
:root { --ground: #fff; --raised: #f5f6f8; --text: #1b1f24; --faint: #59636e; --line: #d5d9df;
  --pass: #1a7f37; --waived: #855600; --fail: #b3261e; --focus: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161b; --raised: #1b2129; --text: #e8ebef; --faint: #9aa5b1; --line: #333c47;
    --pass: #56c271; --waived: #e0b04a; --fail: #ff8a80; --focus: #79c0ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.25rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1rem 0 .4rem; }
header p { margin: .2rem 0; color: var(--faint); }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding: 0; list-style: none; }
a { color: var(--focus); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; }
details table { table-layout: fixed; }
details td, summary, p, li { overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .6rem; margin: .3rem 0; background: var(--raised); }
summary { cursor: pointer; }
.references { color: var(--faint); font-size: .9rem; }
b.pass { color: var(--pass); }
b.waived { color: var(--waived); }
b.fail { color: var(--fail); }
b.none { color: var(--faint); }
`;
