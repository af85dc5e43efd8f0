/** PGlite in a process of its own: it blocks its thread while a query runs, and can only be stopped by a kill. */
import { PGlite, protocol } from '@electric-sql/pglite'
import { intarray } from '@electric-sql/pglite/contrib/intarray'
import {
  beginStatement,
  databaseError,
  type Field,
  type Outcome,
  type Query,
  type QueryResult,
  readCommandTag,
  type Transaction,
} from './database.ts'

const { serialize } = protocol
type Message =
  | { readonly open: string }
  | { readonly close: true }
  | { readonly id: number; readonly transaction: Transaction }

let db: PGlite | undefined
// one after the other: there is one connection
let last: Promise<unknown> = Promise.resolve()

process.on('message', (message: Message) => {
  last = last.then(async () => process.send?.(await answer(message)))
})
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => void Promise.resolve(db?.close()).finally(() => process.exit(0)))
// Ctrl-C reaches the whole group: the parent says when to stop
process.on('SIGINT', () => {})

async function answer(message: Message): Promise<object> {
  if ('transaction' in message) return { id: message.id, outcome: db && (await run(db, message.transaction)) }
  if ('close' in message) await db?.close()
  else db = await PGlite.create({ dataDir: message.open, extensions: { intarray } })
  return { done: true }
}

async function run(db: PGlite, transaction: Transaction): Promise<Outcome> {
  const begin = beginStatement(transaction)
  if (!begin) return { error: { message: 'invalid isolation level', code: '22023' } }
  return db.runExclusive(async () => {
    try {
      await execute(db, { query: begin, params: [] })
      const results: QueryResult[] = []
      for (const query of transaction.queries) results.push(await execute(db, query))
      await execute(db, { query: 'commit', params: [] })
      await execute(db, { query: 'discard temp', params: [] })
      return { results }
    } catch (error) {
      const outcome = { error: databaseError(error) }
      // then this process is stopped
      if (outcome.error.severity === 'FATAL') return outcome
      await execute(db, { query: 'rollback', params: [] })
      await execute(db, { query: 'discard temp', params: [] })
      return outcome
    }
  })
}

const text = new TextDecoder()

async function execute(db: PGlite, { query, params }: Query): Promise<QueryResult> {
  const request = Buffer.concat([
    serialize.parse({ text: query }),
    serialize.bind({ values: params.map(parameterText) }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ])
  const { messages } = await db.execProtocol(request, { throwOnError: false })
  let fields: Field[] = []
  const rows: (string | null)[][] = []
  let tag: string | undefined
  for (const message of messages as unknown as readonly Record<string, unknown>[]) {
    switch (message.name) {
      case 'error':
        throw message
      case 'rowDescription':
        fields = (message.fields as Field[]).map((field) => ({
          name: field.name,
          dataTypeID: field.dataTypeID,
          tableID: field.tableID,
          columnID: field.columnID,
          dataTypeSize: field.dataTypeSize,
          dataTypeModifier: field.dataTypeModifier,
          format: 'text',
        }))
        break
      case 'dataRow':
        rows.push((message.fields as (string | Uint8Array | null)[]).map(cell))
        break
      case 'commandComplete':
        tag = message.text as string
        break
      case 'emptyQuery':
        tag = ''
        break
    }
  }
  // when it runs out of memory inside, compiling an expression for example, it says nothing at all
  if (tag === undefined) throw { message: 'the statement ended without an answer', code: '57P02', severity: 'FATAL' }
  return { fields, rows, ...readCommandTag(tag) }
}

const cell = (value: string | Uint8Array | null) => (value instanceof Uint8Array ? text.decode(value) : value)

const parameterText = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'object' ? JSON.stringify(value) : String(value)
