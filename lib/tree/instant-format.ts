/** What may follow `%` in the format of an instant's text, as MySQL and ClickHouse name them; `%%` is a percent sign. */
const LETTERS = 'Y y m c d e H k h I l i S s f j b M a p W D F T R r Q V G g u w C z n t'

export type FormatLetter = SplitLetters<typeof LETTERS>
type SplitLetters<Text extends string> = Text extends `${infer Letter} ${infer Rest}`
  ? Letter | SplitLetters<Rest>
  : Text

const known: ReadonlySet<string> = new Set(LETTERS.split(' '))

/** Those that a text can be read with. */
const READ: ReadonlySet<string> = new Set(
  'Y y m c d e H k h I l i S s f j b M a p W D F T R r Q V g u w z n t'.split(' '),
)
export const isReadLetter = (letter: string): boolean => READ.has(letter)

export const isFormatLetter = (letter: string): letter is FormatLetter => known.has(letter)
