/** The report's style sheet: one column, readable on paper, light and dark; no colour carries a meaning alone. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d5dae1; --paper: #ffffff; --mark: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #a3adba; --line: #3a4350; --paper: #14181e; --mark: #7db3ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p, li { max-width: 48rem; } .soft { color: var(--soft); }
.sandbox { border: 2px solid #b25b00; padding: .5rem .8rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; font-size: .88rem; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; } code { font-size: .9em; overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; display: block; margin: .6rem 0; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .tick { fill: var(--soft); font-size: 11px; } .grid { stroke: var(--line); } .whisker { stroke: var(--mark); stroke-width: 2; } .point { fill: var(--mark); }
.end-correct { fill: #2f8f5b; background: #2f8f5b; } .end-wrong { fill: #c2453a; background: #c2453a; } .end-refused { fill: #8a5cb5; background: #8a5cb5; }
.end-unparsed { fill: #c98a1b; background: #c98a1b; } .end-truncated { fill: #8f7a4f; background: #8f7a4f; } .end-provider_error { fill: #55616f; background: #55616f; }
.end-harness_error { fill: #202833; background: #202833; stroke: #888; } .end-not_run { fill: #d0d5dc; background: #d0d5dc; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1rem; font-size: .82rem; color: var(--soft); }
.swatch { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; vertical-align: -1px; }
.verdict { font-weight: 600; } details { margin: .4rem 0; border-bottom: 1px solid var(--line); padding-bottom: .4rem; } summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: color-mix(in srgb, var(--line) 35%, transparent); padding: .6rem; margin: .3rem 0; font-size: .82rem; }
@media (max-width: 45rem) { table { display: block; overflow-x: auto; } svg { max-width: none; } .chart { overflow-x: auto; } }
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --mark: #000; } body { padding: 0; max-width: none; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; } table, svg, details, .keep { break-inside: avoid; } thead { display: table-header-group; } @page { margin: 18mm; }
  details::details-content { content-visibility: visible; height: auto; display: block; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
