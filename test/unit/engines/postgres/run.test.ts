/** Statements over the protocol of the database: types, transactions, deadlines, limits. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEngine, type TestEngine } from '../../../support/engine.ts'

const OPTIONS = { timeoutMs: 10_000 }
let database: TestEngine

const statement = (text: string, ...params: (string | number | null)[]) => ({ text, params })
const run = (...texts: string[]) =>
  database.engine.run(
    texts.map((text) => statement(text)),
    OPTIONS,
  )

beforeAll(async () => {
  database = await openEngine()
}, 60_000)
afterAll(() => database.close())

test('numbers of every size, truth and JSON come as such, instants as text', async () => {
  const [rows] = await run(
    `select 1::int2 as a, 2::int8 as b, 0.5::numeric as c, 1.5::float4 as d, true as e, '{"x": [1]}'::jsonb as f,
            '[null]'::json as g, null::int4 as h, '2024-01-02 03:04:05+00'::timestamptz at time zone 'utc' as i, 't' as j`,
  )
  expect(rows).toEqual([
    { a: 1, b: 2, c: 0.5, d: 1.5, e: true, f: { x: [1] }, g: [null], h: null, i: '2024-01-02 03:04:05', j: 't' },
  ])
})

test('a batch is one call and one transaction', async () => {
  const before = database.calls()
  await run('create table kept (n int)', 'insert into kept values (1)')
  expect(database.calls()).toBe(before + 1)
  await expect(run('insert into kept values (2)', 'select 1 / 0')).rejects.toMatchObject({ status: 400 })
  expect(await run('select n from kept')).toEqual([[{ n: 1 }]])
})

test('a batch that only reads cannot write', async () => {
  const write = database.engine.run([statement('create table written (n int)')], { ...OPTIONS, readOnly: true })
  await expect(write).rejects.toMatchObject({ status: 503 })
})

test('the author of a statement decides whose mistake it is', async () => {
  const wrong = [statement('select lower(1)')]
  const by = (author: 'client' | 'us') => database.engine.run(wrong, { ...OPTIONS, author })
  await expect(by('client')).rejects.toMatchObject({ status: 400, type: 'validation_error' })
  await expect(by('us')).rejects.toMatchObject({ status: 500 })
})

test('more values than the protocol counts are refused before a call', async () => {
  const before = database.calls()
  const many = statement('select 1', ...Array.from({ length: 65_536 }, (_, index) => index))
  await expect(database.engine.run([many], OPTIONS)).rejects.toMatchObject({ status: 400 })
  expect(database.calls()).toBe(before)
})

test('a deadline that is over lets nothing more start, however it is nested', async () => {
  const before = database.calls()
  for (const engine of [database.engine.within(0), database.engine.within(0).within(10_000)])
    await expect(engine.run([statement('select 1')], OPTIONS)).rejects.toMatchObject({ status: 504 })
  expect(database.calls()).toBe(before)
})
