import type { TEXT_FUNCTIONS } from '../../../tree/language/text.ts'
import type { Printed } from './printed.ts'

const called =
  (name: string, ...more: readonly string[]) =>
  (args: readonly string[]) =>
    `${name}(${[...args, ...more].join(', ')})`
/** The parts of a text that a pattern of ours matches. */
const matching =
  (pattern: string) =>
  ([text, most]: readonly string[]) =>
    `text_tokens(${text}, '${pattern}', ${most})`
/** A sum of the bytes as hexadecimal digits. */
const sum =
  (name: string) =>
  ([text]: readonly string[]) =>
    `encode(${name}(convert_to(${text}, 'UTF8')), 'hex')`

/** The same whatever the case of a text and of an array of texts. */
const folded =
  (name: string, lower: string) =>
  ([text, parts]: readonly string[]) =>
    `${name}(${lower}(${text}), ${lower}(${parts}::text)::jsonb)`

export const PRINTED_TEXT: Printed<typeof TEXT_FUNCTIONS> = {
  lowerUTF8: called('text_lower_all'),
  upperUTF8: called('text_upper_all'),
  initcap: called('text_initcap'),
  reverse: called('reverse'),
  right: called('text_right'),
  trim: called('btrim'),
  trimLeft: called('ltrim'),
  position: called('text_position'),
  countSubstrings: called('text_count'),
  replaceOne: called('text_replace_one'),
  repeat: called('text_repeat'),
  leftPad: called('text_pad', 'false'),
  rightPad: called('text_pad', 'true'),
  translate: called('translate'),
  concatWithSeparator: called('text_join'),
  format: called('text_format'),
  base64Encode: called('text_base64'),
  base64Decode: called('base64_text'),
  hex: called('hex'),
  unhex: called('hex_text'),
  MD5: called('md5'),
  SHA224: sum('sha224'),
  SHA256: sum('sha256'),
  SHA384: sum('sha384'),
  SHA512: sum('sha512'),
  ascii: ([text]) => `text_first_byte(${text})`,
  splitByString: called('text_split'),
  splitByWhitespace: matching('[^ \\t\\n\\r\\f\\v]+'),
  splitByNonAlpha: matching('[^ \\t\\n\\r\\f\\v!-/:-@[-`{-~]+'),
  alphaTokens: matching('[A-Za-z]+'),
  tokens: matching('[^\\u0001-/:-@[-`{-\\u007f]+'),
  ngrams: called('text_ngrams'),
  split_part: called('text_split_part'),
  arrayStringConcat: called('texts_join'),
  toJSONString: called('json_compact'),
  appendTrailingCharIfAbsent: called('text_append_absent'),
  encodeXMLComponent: called('text_escape_xml'),
  decodeXMLComponent: called('text_unescape_xml'),
  regexpQuoteMeta: called('text_escape_pattern'),
  multiSearchAllPositions: called('text_positions'),
  multiSearchAllPositionsCaseInsensitive: folded('text_positions', 'text_lower'),
  multiSearchAllPositionsCaseInsensitiveUTF8: folded('text_positions', 'text_lower_all'),
  multiSearchFirstPosition: called('text_first_position'),
  multiSearchFirstPositionCaseInsensitive: folded('text_first_position', 'text_lower'),
  multiSearchFirstPositionCaseInsensitiveUTF8: folded('text_first_position', 'text_lower_all'),
  multiSearchFirstIndex: called('text_first_index'),
  multiSearchFirstIndexCaseInsensitive: folded('text_first_index', 'text_lower'),
  multiSearchFirstIndexCaseInsensitiveUTF8: folded('text_first_index', 'text_lower_all'),
  hasTokenOrNull: called('text_has_token'),
  hasSubsequence: called('text_has_subsequence'),
  match: called('text_matches'),
  sortableSemVer: called('text_version'),
}
