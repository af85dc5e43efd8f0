import { type SQL, sql } from 'drizzle-orm'

/** A LIKE pattern that matches texts containing `text`; `%`, `_` and `\\` in it are escaped. */
export const contains = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** The right side of `in`, with all texts in one JSON parameter. */
export const textList = (texts: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`
