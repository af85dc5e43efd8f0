import type { FunctionResults } from './results.ts'

/** Functions of texts. Texts are counted in characters. */
export const TEXT_FUNCTIONS = {
  lowerUTF8: 'text',
  upperUTF8: 'text',
  initcap: 'text',
  reverse: 'text',
  right: 'text',
  /** (text, characters) */
  trim: 'text',
  trimLeft: 'text',
  /** (text, part, index to begin at) */
  position: 'float',
  countSubstrings: 'float',
  replaceOne: 'text',
  repeat: 'text',
  /** (text, length, filling) */
  leftPad: 'text',
  rightPad: 'text',
  translate: 'text',
  /** (separator, text ...); null where one is null */
  concatWithSeparator: 'text',
  format: 'text',
  base64Encode: 'text',
  base64Decode: 'text',
  /** of a text or a number */
  hex: 'text',
  unhex: 'text',
  /** The sums are texts of their hexadecimal digits. */
  MD5: 'text',
  SHA224: 'text',
  SHA256: 'text',
  SHA384: 'text',
  SHA512: 'text',
  ascii: 'float',
  /** (separator, text, greatest number of parts or 0) */
  splitByString: 'json',
  /** (text, greatest number of parts or 0) */
  splitByWhitespace: 'json',
  splitByNonAlpha: 'json',
  alphaTokens: 'json',
  tokens: 'json',
  ngrams: 'json',
  split_part: 'text',
  /** (array, separator) */
  arrayStringConcat: 'text',
  /** (JSON) */
  toJSONString: 'text',
  appendTrailingCharIfAbsent: 'text',
  encodeXMLComponent: 'text',
  decodeXMLComponent: 'text',
  regexpQuoteMeta: 'text',
  /** (text, array of texts) */
  multiSearchAllPositions: 'json',
  multiSearchAllPositionsCaseInsensitive: 'json',
  multiSearchAllPositionsCaseInsensitiveUTF8: 'json',
  multiSearchFirstPosition: 'float',
  multiSearchFirstPositionCaseInsensitive: 'float',
  multiSearchFirstPositionCaseInsensitiveUTF8: 'float',
  multiSearchFirstIndex: 'float',
  multiSearchFirstIndexCaseInsensitive: 'float',
  multiSearchFirstIndexCaseInsensitiveUTF8: 'float',
  hasTokenOrNull: 'boolean',
  hasSubsequence: 'boolean',
  /** (text, regular expression that is data) */
  match: 'boolean',
  sortableSemVer: 'json',
} as const satisfies FunctionResults
