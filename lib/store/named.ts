import { type SQL, sql } from 'drizzle-orm'
import type { NamedItems } from '../core/actor.ts'
import { idList } from './column-values.ts'

/** SQL of the same rule as `seesDashboard`: the row is named by its number or by one of its tags. */
export const isNamed = (id: SQL, tags: SQL, named: Pick<NamedItems, 'ids' | 'tags'>): SQL =>
  sql`(${id} = any(${idList(named.ids)}) or exists (select from unnest(${tags}) tag where ${isOneOf(sql`tag`, named.tags)}))`

/** Whether a text is one of some texts. */
export const isOneOf = (text: SQL, texts: readonly string[]): SQL =>
  sql`${text} in (select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`
