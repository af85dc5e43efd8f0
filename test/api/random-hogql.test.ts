/**
 * Random texts of SQL: rows or a 400 with a place, never a row of another project. `RANDOM=many` asks 10,000; SEED=n replays one.
 */
import { beforeAll, expect, test } from 'vitest'
import { Dice } from '../support/dice.ts'
import { FOREIGN } from '../support/hogql-words.ts'
import { RandomHogql } from '../support/random-hogql.ts'
import { isMany, replayed } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'
import { makeProject, type TestProject } from '../support/world.ts'

const EACH = replayed === null ? 100 : 1
const first = Math.floor(Math.random() * 1_000_000)
const BATCHES =
  replayed !== null ? [replayed] : Array.from({ length: isMany ? 100 : 3 }, (_, i) => (isMany ? 0 : first) + i * EACH)

const server = await testServer()
const own = await makeProject(server)
const other = await makeProject(server)

/** Rows of each table, with the mark in each of their texts. */
async function fill(project: TestProject, mark: string): Promise<void> {
  const session = (n: number) => `01890000-0000-7000-8000-00000000000${n}`
  const events = Array.from({ length: 8 }, (_, n) => ({
    event: `${mark} ${n % 3}`,
    distinct_id: `${mark}-${n % 4}`,
    timestamp: `2020-01-0${1 + (n % 5)}T1${n}:00:00Z`,
    properties: {
      mark,
      n,
      list: [{ x: mark }],
      $session_id: session(n % 3),
      $groups: { organization: `${mark}-group` },
      $current_url: `https://${mark}/${n}`,
      $set: { mark, email: `${mark}@x` },
    },
  }))
  const group = {
    event: '$groupidentify',
    distinct_id: `${mark}-0`,
    timestamp: '2020-01-01T00:00:00Z',
    properties: { $group_type: 'organization', $group_key: `${mark}-group`, $group_set: { mark } },
  }
  await project.send([group, ...events])
}
beforeAll(async () => {
  await fill(own, 'own')
  await fill(other, FOREIGN)
})

/** What only the data can say, and what no text may have, so that no place of the text is to blame. */
const WITHOUT_PLACE =
  /^(result_too_large|incorrect_result_of_scalar_subquery|cannot_compile_regexp|null_characters_not_allowed)$/

/** What a client can be told about its text. */
const isAnswer = ({ status, body }: { status: number; body: { type?: string; detail?: string; results?: unknown } }) =>
  status === 200 ? Array.isArray(body.results) : status === 400 && body.type === 'validation_error'

test.each(BATCHES)('texts from %d', async (from) => {
  for (let seed = from; seed < from + EACH; seed++) {
    const query = new RandomHogql(new Dice(seed)).text()
    const answer = await server.call('POST', `${own.path}query/`, { query: { kind: 'HogQLQuery', query } })
    const context = `SEED=${seed}\n${query}\n${answer.status} ${JSON.stringify(answer.body).slice(0, 1_000)}`
    expect(isAnswer(answer), context).toBe(true)
    if (answer.status === 200) expect(JSON.stringify(answer.body.results), context).not.toContain(FOREIGN)
    else if (!WITHOUT_PLACE.test(answer.body.code)) expect(answer.body.detail, context).toMatch(/\(at character \d+\)/)
  }
})
