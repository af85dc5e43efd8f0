import { CHART_STYLES, type Theme, themed } from './palette.ts'

const COLOURS = themed(
  ':root{--text:#111827;--muted:#64748b;--line:#e2e8f0;--paper:#fff;--ground:#f1f5f9}',
  ':root{--text:#f1f5f9;--muted:#94a3b8;--line:#293548;--paper:#0f172a;--ground:#020617}',
)
const SCHEMES: Readonly<Record<Theme, string>> = { auto: 'light dark', light: 'only light', dark: 'only dark' }

/** Tiles are as wide as on the dashboard, in twelfths. */
const TILE_WIDTHS = Array.from({ length: 12 }, (_, index) => `.w${index + 1}{grid-column:span ${index + 1}}`).join('')

const FORMS = `*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:960px;margin:32px auto;padding:24px 28px 28px;background:var(--paper);border:1px solid var(--line);border-radius:12px}
header{display:flex;gap:16px;align-items:flex-start;justify-content:space-between;margin-bottom:16px}
h1{margin:0;font-size:21px;line-height:1.3;font-weight:650;overflow-wrap:anywhere}
p{margin:4px 0 0;overflow-wrap:anywhere}
.meta,.more,caption{color:var(--muted);font-size:13px}
.description{max-width:68ch}
.toggle{flex:none;font:inherit;font-size:13px;color:inherit;background:none;border:1px solid var(--line);border-radius:7px;padding:5px 12px;cursor:pointer}
.toggle:hover{background:var(--ground)}
.toggle:focus-visible{outline:2px solid #2563eb;outline-offset:2px}
figure{margin:0}
.scroll{overflow-x:auto}
.chart{display:block;width:100%;height:auto;touch-action:pan-y}
.over{width:auto;max-width:none}
.middle,.narrow{display:none}
.embedded .fit{max-height:calc(100vh - 96px)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 12px;padding:0;font-size:13px}
.legend li{display:flex;align-items:center;min-width:0;max-width:100%}
.legend span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:32ch}
i{flex:none;width:10px;height:10px;border-radius:2px;margin-right:7px}
i.previous{opacity:.45}
.numbers{overflow-x:auto;margin-top:20px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;padding-bottom:8px}
th,td{padding:7px 12px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;max-width:320px;overflow:hidden;text-overflow:ellipsis}
th{font-weight:550}
thead th{color:var(--muted);font-size:13px}
th:first-child{position:sticky;left:0;text-align:left;background:var(--paper);padding-left:0;max-width:260px}
.numbers+figure{margin-top:28px}
.shaded{width:auto;min-width:min(100%,720px);border-collapse:separate;border-spacing:2px}
.shaded th,.shaded td{padding:4px 8px;border:0;text-align:center;line-height:1.25}
.shaded td{min-width:44px;border-radius:4px}
.shaded th:first-child{text-align:left;padding:4px 14px 4px 0}
.numbers:has(.shaded){max-height:min(620px,85vh)}
.shaded thead th{position:sticky;top:0;z-index:1;background:var(--paper)}
.shaded thead th:first-child{z-index:2}
.shaded small{display:block;font-size:11px}
.shaded .section th{padding-top:16px;font-weight:650}
.partial{outline:1px dashed var(--muted);outline-offset:-2px}
.js .has-chart .numbers{display:none}
.js.numbers-on .has-chart .numbers{display:block;margin-top:0}
.js.numbers-on .has-chart figure{display:none}
.tip{position:fixed;z-index:1;pointer-events:none;max-width:min(340px,calc(100vw - 16px));padding:8px 12px;border-radius:8px;font-size:13px;background:#0f172a;color:#f8fafc;border:1px solid #334155;box-shadow:0 6px 20px rgb(0 0 0/.25)}
.tip[hidden]{display:none}
.tip div{display:flex;align-items:center;gap:8px}
.tip i{margin:0}
.tip span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tip b{margin-left:auto;padding-left:14px;font-variant-numeric:tabular-nums}
.tip div:first-child span{font-weight:600}
.message{padding:56px 0;text-align:center;color:var(--muted)}
.embedded{max-width:none;margin:0;border:0;border-radius:0;padding:12px 16px;min-height:100vh}
.embedded header{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.embedded .meta{margin-top:10px}
body:has(.embedded){background:var(--paper)}
.board{max-width:1320px;background:none;border:0;padding:0 16px}
.board.embedded{padding:12px 16px}
.tiles{display:grid;grid-template-columns:repeat(12,1fr);gap:16px}
article{grid-column:span 6;min-width:0;padding:16px 18px;background:var(--paper);border:1px solid var(--line);border-radius:12px}
${TILE_WIDTHS}
article h2{margin:0;font-size:15px;line-height:1.35;font-weight:600;overflow-wrap:anywhere}
article figure{margin-top:10px}
article .message{padding:36px 0}
article .numbers{max-height:360px;overflow:auto;margin-top:10px}
article .legend{margin-bottom:6px}
.note{white-space:pre-wrap}
summary{cursor:pointer;color:var(--muted);font-size:13px;margin-top:8px}
@media (max-width:760px){.board article{grid-column:1/-1}.board{margin:0;padding:12px}}
@media (max-width:620px){main{margin:0;border:0;border-radius:0;min-height:100vh;padding:18px 16px}body{background:var(--paper)}header{flex-direction:column;gap:10px}}
@media (max-width:760px){.wide{display:none}.middle{display:block}}
@media (max-width:480px){.middle{display:none}.narrow{display:block}.shaded{font-size:12px}.shaded thead th{font-size:11px}.shaded th,.shaded td{padding:4px 2px}.shaded td{min-width:32px}.shaded small{font-size:10px}.shaded th:first-child{padding-right:6px}}
`

const styleIn = (theme: Theme) =>
  `:root{color-scheme:${SCHEMES[theme]}}\n${COLOURS[theme]}${FORMS}${CHART_STYLES[theme]}`

/** The style of a page. It is a constant for each theme, so that the content security policy can name its hash. */
export const PAGE_STYLES: Readonly<Record<Theme, string>> = {
  auto: styleIn('auto'),
  light: styleIn('light'),
  dark: styleIn('dark'),
}
