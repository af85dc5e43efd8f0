/** A value bound to a placeholder. Arrays and objects travel as JSON text. */
export type Param = string | number | boolean | null

/** SQL text with `$1`-style placeholders and the values for them. */
export interface Statement {
  readonly text: string
  readonly params: readonly Param[]
  /** Its joins have many rows on both sides, however few the database expects. */
  readonly joinsMany?: boolean
  /** Statements that are run before it, in the same transaction; they write. */
  readonly before?: readonly Statement[]
}
