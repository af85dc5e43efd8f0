const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Words that cannot be a field, nor an alias without AS. */
const RESERVED = words('as from group having join limit order over select union where with')

/** Words that may follow an expression or a table, so that they are no alias of it. */
const FOLLOWING = words(
  'offset prewhere left right inner full cross any all asof semi anti natural global on using array window qualify settings ' +
    'sample final and or not in like ilike between is then else end when asc desc ascending descending nulls collate interval ' +
    'rows range partition intersect except',
)

export const isReserved = (word: string): boolean => RESERVED.has(word.toLowerCase())
/** May the word stand behind an expression or a table as its alias? */
export const isAlias = (word: string): boolean => !isReserved(word) && !FOLLOWING.has(word.toLowerCase())
