/** One style sheet for light and dark, wide and narrow. System fonts only: the page loads nothing from elsewhere. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfbf9; --panel: #ffffff; --ink: #1b1f23; --quiet: #57606a; --line: #d5d9de;
  --accent: #0b6158; --on-accent: #ffffff; --bad: #a3261b; --bad-ground: #fdf0ee; --warn: #6b4a00; --warn-ground: #fff5d9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --panel: #1b1f23; --ink: #e6e9ec; --quiet: #a2abb5; --line: #3a424a;
    --accent: #6cc7ba; --on-accent: #0c2320; --bad: #ff9b8f; --bad-ground: #331a17; --warn: #f2cf7d; --warn-ground: #322807;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; max-width: 84rem; padding: 0 1.25rem 2rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding: 1rem 0 .5rem; }
h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.01em; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; }
h3 { margin: 0; font-size: 1rem; }
a { color: var(--accent); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .25rem .5rem; background: var(--panel); }
#status { margin: 0; color: var(--quiet); }
#status[data-state="bad"] { color: var(--bad); }
.hint { margin: .5rem 0; color: var(--quiet); font-size: .9rem; }
.sandbox { margin: .5rem 0 1rem; padding: .75rem 1rem; border: 2px solid var(--warn); border-radius: .375rem; background: var(--warn-ground); color: var(--warn); }
.problem { margin-top: 1rem; padding: .5rem 1rem; border-left: 4px solid var(--bad); background: var(--bad-ground); color: var(--bad); overflow-wrap: anywhere; }
.problem p { margin: .25rem 0; }
form, section { margin: 0 0 1.25rem; padding: 1rem 1.25rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel); }
label { display: block; margin: .5rem 0 .2rem; font-weight: 600; font-size: .9rem; }
input, textarea, button { font: inherit; color: inherit; }
input:not([type="checkbox"]), textarea { width: 100%; padding: .45rem .6rem; border: 1px solid var(--quiet); border-radius: .375rem; background: var(--ground); }
textarea { resize: vertical; }
button { padding: .4rem .8rem; border: 1px solid var(--quiet); border-radius: .375rem; background: var(--ground); cursor: pointer; }
button:hover { border-color: var(--accent); }
button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin-top: .75rem; }
#examples button { font-size: .9rem; padding: .25rem .6rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 1rem; align-items: end; }
.check { display: flex; align-items: center; gap: .5rem; padding-bottom: .45rem; }
.check label { margin: 0; }
.check input { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); }
.explanation { margin: 0 0 1rem; padding-left: .75rem; border-left: 4px solid var(--accent); font-size: 1.05rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 1.25rem; margin: 0 0 1rem; }
dt { color: var(--quiet); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 0 0 1rem; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
caption { padding-bottom: .25rem; text-align: left; font-weight: 600; }
th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 500; white-space: nowrap; }
meter { width: 100%; min-width: 6rem; height: .9rem; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .88rem; }
pre { margin: .5rem 0; padding: .75rem; border-radius: .375rem; background: var(--ground); border: 1px solid var(--line); overflow-x: auto; max-height: 28rem; }
.answer { white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit; font-size: 1rem; min-height: 3rem; }
summary { cursor: pointer; color: var(--accent); }
.snippet + .snippet { margin-top: 1.25rem; }
.snippet .row { margin-top: 0; justify-content: space-between; }
footer { color: var(--quiet); font-size: .9rem; }
@media (min-width: 70rem) { .columns { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 1.25rem; align-items: start; } }
`;
