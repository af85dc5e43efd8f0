/** Texts behind keys: those that are made of texts of the dictionary, or keys that are texts themselves. */
import { column, sameColumns, value } from '../../tree/build.ts'
import { dictionaryRows, dictionaryTexts, NO_VALUE } from './coded.ts'
import type { LowerContext } from './lower-context.ts'
import { compare, type Select, type Source } from './physical.ts'

type KeyTexts = Extract<Source, { kind: 'keyTexts' }>

/** The select with its source in terms that the database knows. */
export function expandKeyTexts(select: Select, context: LowerContext): Select {
  const { from } = select
  if (from.kind !== 'keyTexts') return select
  return { ...select, from: { kind: 'query', alias: from.alias, query: textsOf(from, context) } }
}

function textsOf({ of, keys, exact }: KeyTexts, context: LowerContext): Select {
  const texts = dictionaryTexts(of, context)
  const asked: Source = { kind: 'query', alias: 'keys', query: keys }
  const own = column('keys', 'key')
  if (!texts) return { kind: 'select', columns: ['key', 'text'].map((as) => ({ expr: own, as })), from: asked }
  const queries = [...texts.map((text) => dictionaryRows(text, context)), NOTHING]
  return {
    kind: 'select',
    columns: sameColumns('known', ['key', 'text']),
    from: { kind: 'union', queries, alias: 'known' },
    ...(exact ? { joins: [{ source: asked, on: compare(own, '=', column('known', 'key')) }] } : {}),
  }
}

/** The key of rows that have no text. */
const NOTHING: Select = {
  kind: 'select',
  columns: [
    { expr: NO_VALUE, as: 'key' },
    { expr: value('', 'text'), as: 'text' },
  ],
  from: { kind: 'indexes', count: 1, alias: 'nothing' },
}
