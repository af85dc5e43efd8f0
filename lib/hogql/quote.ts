/** Names and texts as they stand in a query. */
import { isAlias } from './words.ts'

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/
const WORDS: readonly string[] =
  'null true false case interval distinct cohort inf infinity nan recursive grouping settings format'.split(' ')
/** A name behind a dot, where every word is one. */
export const partName = (name: string): string => (PLAIN_NAME.test(name) ? name : quotedName(name))
export const identifier = (name: string): string =>
  PLAIN_NAME.test(name) && isAlias(name) && !WORDS.includes(name.toLowerCase()) ? name : quotedName(name)
const quotedName = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&').replaceAll('\n', '\\n')}\``

export const quote = (text: string) =>
  `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\0', '\\0')}'`
