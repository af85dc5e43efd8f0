/** A file of people for a static cohort -> who they are. Pure. */
import { dsvFormat } from 'd3-dsv'
import { invalid } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'

export interface Members {
  /** Uuids of persons. */
  readonly uuids: readonly string[]
  /** Distinct ids or emails. */
  readonly keys: readonly string[]
}

/** Ids of one file. */
const MAX_MEMBERS = 100_000

/** Heads of the columns that name people, the surest first; case, blanks, `-` and `_` in them do not count. */
const PERSON_IDS = ['personid', 'personuuid', 'uuid']
const KEYS = ['distinctid', 'distinctids', 'userid', 'email', 'emailaddress']

/**
 * The column is found by its head; a file with one column needs none. Throws 400 for several columns of which none
 * names people, for a file without ids and for one with too many.
 */
export function readMemberFile(csv: string): Members {
  const text = csv.replace(/^\ufeff/, '')
  const rows = dsvFormat(delimiterOf(text)).parseRows(text)
  const { at, isPersons, hasHead } = findColumn(rows)
  const cells = rows.slice(hasHead ? 1 : 0).map((row) => row[at]?.trim() ?? '')
  const ids = new Set(cells.filter((id) => (isPersons ? isUuid(id) : id !== '')))
  if (ids.size === 0) throw invalid('csv', 'The file holds no ids.', 'empty')
  if (ids.size > MAX_MEMBERS) throw invalid('csv', `The file holds more than ${MAX_MEMBERS} ids.`)
  return isPersons ? { uuids: [...ids], keys: [] } : { uuids: [], keys: [...ids] }
}

interface Column {
  readonly at: number
  readonly isPersons: boolean
  readonly hasHead: boolean
}

function findColumn(rows: readonly (readonly string[])[]): Column {
  const head = (rows[0] ?? []).map((name) => name.toLowerCase().replace(/[^a-z]/g, ''))
  for (const name of [...PERSON_IDS, ...KEYS]) {
    const at = head.indexOf(name)
    if (at >= 0) return { at, isPersons: PERSON_IDS.includes(name), hasHead: true }
  }
  const filled = new Set<number>()
  for (const row of rows) for (const [at, cell] of row.entries()) if (cell.trim() !== '') filled.add(at)
  if (filled.size > 1)
    throw invalid('csv', 'No column names people: one must be called distinct_id, person_id or email.')
  return { at: [...filled][0] ?? 0, isPersons: false, hasHead: false }
}

/** Spreadsheets of some countries put semicolons or tabs between their cells. */
function delimiterOf(text: string): string {
  const head = text.slice(0, 10_000).replace(/"[^"]*"/g, '')
  return /[,;\t]/.exec(head.split('\n', 1)[0] ?? '')?.[0] ?? /[,;\t]/.exec(head)?.[0] ?? ','
}
