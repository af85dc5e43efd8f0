/** Texts behind keys: those of the dictionary, or keys that are texts themselves. */
import { column, value } from '../../tree/build.ts'
import type { KeyTexts } from '../../tree/relation.ts'
import { dictionaryRows, dictionaryText, isInDictionary, NO_VALUE } from './coded.ts'
import type { LowerContext } from './lower-context.ts'
import type { Select } from './physical.ts'

/** The select with its source in terms that the database knows. */
export function expandKeyTexts(select: Select, context: LowerContext): Select {
  const { from } = select
  if (from.kind !== 'keyTexts') return select
  return { ...select, from: { kind: 'query', alias: from.alias, query: textsOf(from as KeyTexts, context) } }
}

function textsOf({ of, keys }: KeyTexts, context: LowerContext): Select {
  const key = dictionaryKey(of, context)
  const own = column('keys', 'key')
  if (key === undefined)
    return {
      kind: 'select',
      columns: [
        { expr: own, as: 'key' },
        { expr: isInDictionary(of, context) ? dictionaryText(own, context) : own, as: 'text' },
      ],
      from: { kind: 'query', alias: 'keys', query: keys },
    }
  const none: Select = {
    kind: 'select',
    columns: [
      { expr: NO_VALUE, as: 'key' },
      { expr: value('', 'text'), as: 'text' },
    ],
    from: { kind: 'indexes', count: 1, alias: 'none' },
  }
  return {
    kind: 'select',
    columns: ['key', 'text'].map((as) => ({ expr: column('known', as), as })),
    from: { kind: 'union', queries: [dictionaryRows(key, context), none], alias: 'known' },
  }
}

/** The name under which the dictionary has the texts; undefined if they are of several names, or not in it. */
function dictionaryKey(of: KeyTexts['of'], context: LowerContext): string | undefined {
  if (!isInDictionary(of, context)) return undefined
  if (of.kind === 'column') return '$event'
  return of.kind === 'property' ? `p:${of.key}` : undefined
}
