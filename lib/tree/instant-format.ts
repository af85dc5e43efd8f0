/** What may follow `%` in the format of an instant's text, as MySQL and ClickHouse name them; `%%` is a percent sign. */
const LETTERS = 'Y y m d H h I i S s f j b M a p W D F T R Q V G u'

export type FormatLetter = SplitLetters<typeof LETTERS>
type SplitLetters<Text extends string> = Text extends `${infer Letter} ${infer Rest}`
  ? Letter | SplitLetters<Rest>
  : Text

const known: ReadonlySet<string> = new Set(LETTERS.split(' '))

export const isFormatLetter = (letter: string): letter is FormatLetter => known.has(letter)
