/** Reads the ids of people from an uploaded CSV file, for a static cohort. Pure. */
import { dsvFormat } from 'd3-dsv'
import { invalid } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'

export interface Members {
  /** Uuids of persons. */
  readonly uuids: readonly string[]
  /** Distinct ids or emails. */
  readonly keys: readonly string[]
}

/** Most ids that one file may have. */
const MAX_MEMBERS = 100_000

/** Headers of columns with ids of people, in order of preference. Only letters are compared, in lower case. */
const PERSON_IDS = ['personid', 'personuuid', 'uuid']
const KEYS = ['distinctid', 'distinctids', 'userid', 'email', 'emailaddress']

/**
 * Reads the ids in a CSV file. The column of ids is found by its header; a file with a single column needs no header.
 * Throws 400 `csv` if there are several columns and none has a known header, if there are no ids, or if there are too
 * many.
 */
export function readMemberFile(csv: string): Members {
  const text = csv.replace(/^\ufeff/, '')
  const rows = dsvFormat(delimiterOf(text)).parseRows(text)
  const { index, isPersons, hasHeader } = findColumn(rows)
  const cells = rows.slice(hasHeader ? 1 : 0).map((row) => row[index]?.trim() ?? '')
  const ids = new Set(cells.filter((id) => (isPersons ? isUuid(id) : id !== '')))
  if (ids.size === 0) throw invalid('csv', 'The file holds no ids.', 'empty')
  if (ids.size > MAX_MEMBERS) throw invalid('csv', `The file holds more than ${MAX_MEMBERS} ids.`)
  return isPersons ? { uuids: [...ids], keys: [] } : { uuids: [], keys: [...ids] }
}

interface Column {
  readonly index: number
  /** The cells are uuids of persons; else distinct ids or emails. */
  readonly isPersons: boolean
  readonly hasHeader: boolean
}

function findColumn(rows: readonly (readonly string[])[]): Column {
  const header = (rows[0] ?? []).map((name) => name.toLowerCase().replace(/[^a-z]/g, ''))
  for (const name of [...PERSON_IDS, ...KEYS]) {
    const index = header.indexOf(name)
    if (index >= 0) return { index, isPersons: PERSON_IDS.includes(name), hasHeader: true }
  }
  const filled = new Set<number>()
  for (const row of rows) for (const [index, cell] of row.entries()) if (cell.trim() !== '') filled.add(index)
  if (filled.size > 1)
    throw invalid('csv', 'No column names people: one must be called distinct_id, person_id or email.')
  return { index: [...filled][0] ?? 0, isPersons: false, hasHeader: false }
}

/** The delimiter of a CSV file: comma, or semicolon or tab, which spreadsheets use in some countries. */
function delimiterOf(text: string): string {
  const head = text.slice(0, 10_000).replace(/"[^"]*"/g, '')
  return /[,;\t]/.exec(head.split('\n', 1)[0] ?? '')?.[0] ?? /[,;\t]/.exec(head)?.[0] ?? ','
}
