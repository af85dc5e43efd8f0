import { type SQL, sql } from 'drizzle-orm'

/** A pattern of LIKE for texts that contain `text`: its `%`, `_` and `\\` stand for themselves. */
export const contains = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Texts as one JSON parameter, for `in`. */
export const textList = (texts: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`
