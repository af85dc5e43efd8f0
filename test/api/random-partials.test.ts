/**
 * Random steps in the life of a project: after each of them, questions of every kind are answered by what is kept as they are
 * answered whole. SEED=n replays one world.
 */
import { expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { activityWorld } from '../support/activity-world.ts'
import { buildActivity } from '../support/build-activity.ts'
import { numbersOf, randomQuestion } from '../support/random-questions.ts'
import { ingest, makeMergesSmall, STEPS_NOW, stepsOf } from '../support/random-steps.ts'
import { isMany, replayed, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'

/** `npm run test:partials` takes 2,000 steps, which is more than half an hour. */
const WORLDS = process.env.WORLDS ? Number(process.env.WORLDS) : 2
const STEPS = isMany || replayed !== null ? 50 : 10
const QUESTIONS = 24
const AFTER_A_STEP = 12

const server = await testServer({ partialsFromRows: 0 })
await makeMergesSmall(server)

let computedFromKept = 0

const numbers = seeds(1, WORLDS)

test.each(isMany || replayed !== null ? numbers : numbers.slice(0, 1))(
  'world %i',
  async (seed) => {
    const random = new Random(seed + 70_000)
    server.ahead = STEPS_NOW - Date.now()
    const { world, built } = await buildActivity(server, activityWorld(random))
    const { project } = built
    const steps = stepsOf(server, random, built)
    const questions = Array.from({ length: QUESTIONS }, (_, index) => randomQuestion(random, index, built))
    const ask = async (node: object, modifiers: object, context: string) => {
      const query = { ...node, modifiers }
      const { status, body } = await server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })
      expect(status, `${context}\n${JSON.stringify(body)}`).toBe(200)
      return body
    }
    const compare = async (node: object, context: string) => {
      const kept = await ask(node, {}, context)
      const whole = await ask(node, { usePartials: false }, context)
      expect(numbersOf(kept.results), context).toEqual(numbersOf(whole.results))
    }
    const history: string[] = []
    for (let number = 0; number < STEPS; number++) {
      history.push(await steps.next())
      const first = random.between(0, QUESTIONS)
      const asked = Array.from({ length: AFTER_A_STEP }, (_, index) => (first + index) % QUESTIONS)
      // several at once, of the same series, beside new events
      if (random.chance(0.15)) {
        const some = asked.slice(0, 3).flatMap((index) => [questions[index], questions[index], questions[index]])
        history.push('many ask at once')
        await Promise.all([
          ...some.map((question) => ask(question?.() ?? {}, {}, 'at once')),
          ingest({ server, random, built, sent: [] }),
        ])
      }
      for (const index of asked) {
        const node = questions[index]?.() ?? {}
        await compare(node, `SEED=${seed} ${world.timezone} ${JSON.stringify(history)}\n${JSON.stringify(node)}`)
      }
    }
    const { engine } = server.stack.services
    const text = 'select count(*) as n from partials where project = $1'
    const [rows] = await engine.run([{ text, params: [project.id] }], { timeoutMs: 10_000 })
    computedFromKept += Number(rows?.[0]?.n)
  },
  600_000,
)

test('some of them were computed from what is kept', () => {
  expect(computedFromKept).toBeGreaterThan(0)
})
