/** Words that cannot be a field, nor an alias without AS. */
const RESERVED = new Set('as from group having join limit order over select union where with'.split(' '))

/** Words that may follow an expression or a table, so that they are no alias of it. */
const FOLLOWING = new Set(
  (
    'offset prewhere left right inner full cross any asof on using array window settings sample final and or not in like ' +
    'ilike between is then else end when asc desc nulls interval rows range partition intersect except'
  ).split(' '),
)

export const isReserved = (word: string): boolean => RESERVED.has(word.toLowerCase())
/** May the word stand behind an expression or a table as its alias? */
export const isAlias = (word: string): boolean => !isReserved(word) && !FOLLOWING.has(word.toLowerCase())
