/**
 * The colours of charts, in light and dark. They are CSS rules and not variables, because programs that draw SVG
 * without a browser do not support variables.
 */
const LIGHT = [
  '#2563eb',
  '#d97706',
  '#059669',
  '#db2777',
  '#7c3aed',
  '#0891b2',
  '#a16207',
  '#dc2626',
  '#4d7c0f',
  '#a21caf',
  '#475569',
  '#9f1239',
]
const DARK = [
  '#60a5fa',
  '#fbbf24',
  '#34d399',
  '#f472b6',
  '#a78bfa',
  '#22d3ee',
  '#fde047',
  '#f87171',
  '#a3e635',
  '#e879f9',
  '#94a3b8',
  '#fda4af',
]

/** Classes: `f0` fills, `l0` draws a line, `b0` is the background of an HTML element. */
const series = (colors: readonly string[]) =>
  colors.map((color, i) => `.f${i}{fill:${color}}.l${i}{stroke:${color}}.b${i}{background:${color}}`).join('')

/** The shades of a table, from little to much: background and text, whose contrast is at least 4.5. */
export const SHADES = {
  light: ['#eef3fd', '#d8e3fb', '#c0d2f9', '#a6bff7', '#8bacf4', '#739bf2', '#5c8af0', '#2563eb'].map(
    (color, i) => [color, i < 7 ? '#111827' : '#ffffff'] as const,
  ),
  dark: ['#17253f', '#1f3354', '#274268', '#2f507d', '#385e92', '#4d84c8', '#5591dd', '#60a5fa'].map(
    (color, i) => [color, i < 5 ? '#f1f5f9' : '#0b1220'] as const,
  ),
}

/** Classes: `h0` is the background of a cell and its text, `u0` fills a text on it. */
const shades = (pairs: readonly (readonly [string, string])[]) =>
  pairs
    .map(([color, text], i) => `.h${i}{fill:${color};background:${color};color:${text}}.u${i}{fill:${text}}`)
    .join('')

const surfaces = (text: string, muted: string, grid: string, paper: string) =>
  `.t{fill:${text}}.m{fill:${muted}}.g{stroke:${grid}}.track{fill:${grid}}.paper{fill:${paper}}.cursor,.zero{stroke:${muted}}.halo{stroke:${paper}}`

/** `auto`: as the reader's system is. */
export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** Something for each theme, of its rules in light and in dark. */
export const themed = (light: string, dark: string): Readonly<Record<Theme, string>> => ({
  auto: `${light}\n@media (prefers-color-scheme:dark){${dark}}\n`,
  light,
  dark,
})

const COLOURS = themed(
  `${surfaces('#111827', '#64748b', '#e2e8f0', '#ffffff')}${series(LIGHT)}${shades(SHADES.light)}`,
  `${surfaces('#f1f5f9', '#94a3b8', '#293548', '#0f172a')}${series(DARK)}${shades(SHADES.dark)}`,
)

const FORMS = `.chart text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.chart .title{font-weight:650}.chart .strong{font-weight:600}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.dash{stroke-dasharray:5 5;opacity:.75}
.thin{stroke-width:1.2;opacity:.4}.open{stroke:#64748b;stroke-dasharray:3 2}.link{fill:none;opacity:.3}.link:hover{opacity:.55}.halo{paint-order:stroke;stroke-width:3;stroke-linejoin:round}
.area{opacity:.55}.faint{opacity:.45}.g{stroke-width:1;fill:none}.cursor{stroke-width:1;stroke-dasharray:3 3}
`

/** The CSS rules that every chart needs, in pages and in image files. They are constants, so that the content security policy can name their hashes. */
export const CHART_STYLES: Readonly<Record<Theme, string>> = {
  auto: FORMS + COLOURS.auto,
  light: FORMS + COLOURS.light,
  dark: FORMS + COLOURS.dark,
}
