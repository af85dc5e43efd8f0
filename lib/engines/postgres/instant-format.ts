import { type FormatLetter, isFormatLetter } from '../../tree/instant-format.ts'

/** The letters of `%Y-%m-%d` and the like -> patterns of to_char. */
const PATTERNS: Readonly<Record<FormatLetter, string>> = {
  Y: 'YYYY',
  y: 'YY',
  m: 'MM',
  d: 'DD',
  H: 'HH24',
  h: 'HH12',
  I: 'HH12',
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
  Q: 'Q',
  V: 'IW',
  G: 'IYYY',
  u: 'ID',
}

/** A format of the tree -> the pattern of to_char that gives the same text; other characters stay as they are. */
export const toCharPattern = (format: string): string =>
  (format.match(/%.|[^%]+|%$/gs) ?? [])
    .map((item) => {
      const letter = item.startsWith('%') ? item.slice(1) : ''
      if (isFormatLetter(letter)) return PATTERNS[letter]
      return `"${(letter === '%' ? '%' : item).replace(/["\\]/g, '\\$&')}"`
    })
    .join('')
