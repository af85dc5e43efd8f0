import { type FormatLetter, isFormatLetter } from '../../tree/instant-format.ts'

/** What is computed of an instant and of its local time. */
type Computed = (at: string, local: string) => string
/** The letters of `%Y-%m-%d` and the like -> patterns of to_char, or what gives their text where it has none. */
const PATTERNS: Readonly<Record<FormatLetter, string | Computed>> = {
  Y: 'YYYY',
  y: 'YY',
  m: 'MM',
  c: 'MM',
  d: 'DD',
  e: (_, local) => `lpad(extract(day from ${local})::text, 2)`,
  H: 'HH24',
  k: 'HH24',
  h: 'HH12',
  I: 'HH12',
  l: 'HH12',
  i: 'MI',
  S: 'SS',
  s: 'SS',
  f: 'US',
  j: 'DDD',
  b: 'Mon',
  M: 'FMMonth',
  a: 'Dy',
  p: 'AM',
  W: 'FMDay',
  D: 'MM/DD/YY',
  F: 'YYYY-MM-DD',
  T: 'HH24:MI:SS',
  R: 'HH24:MI',
  r: 'HH12:MI AM',
  Q: 'Q',
  V: 'IW',
  G: 'IYYY',
  g: 'IY',
  u: 'ID',
  w: (_, local) => `extract(dow from ${local})::text`,
  C: (_, local) => `lpad(trunc(extract(year from ${local}) / 100)::text, 2, '0')`,
  z: (at, local) => `offset_text(extract(epoch from ${local}) - extract(epoch from ${at}))`,
  n: '"\n"',
  t: '"\t"',
}

/** The text of an instant in a zone. `parameter` gives the place of a pattern of to_char, which has the text of a client. */
export function instantText(at: string, zone: string, format: string, parameter: (pattern: string) => string): string {
  const local = `${at} at time zone ${zone}`
  const parts: (string | Computed)[] = []
  for (const item of format.match(/%.|[^%]+|%$/gs) ?? []) {
    const part = patternOf(item)
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  const texts = parts.map((part) =>
    typeof part === 'string' ? `to_char(${local}, ${parameter(part)})` : part(at, `(${local})`),
  )
  const [one = `to_char(${local}, ${parameter('')})`] = texts
  return texts.length > 1 ? `(${texts.join(' || ')})` : one
}

/** A letter, or other characters, which stay as they are. */
function patternOf(item: string): string | Computed {
  const letter = item.startsWith('%') ? item.slice(1) : ''
  if (isFormatLetter(letter)) return PATTERNS[letter]
  return `"${(letter === '%' ? '%' : item).replace(/["\\]/g, '\\$&')}"`
}
