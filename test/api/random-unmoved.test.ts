/**
 * Random steps in the life of a project: after each of them, an answer that is old and not computed again is the one that
 * computing gives. SEED=n replays one world.
 */
import { expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { activityWorld } from '../support/activity-world.ts'
import { buildActivity } from '../support/build-activity.ts'
import { numbersOf, randomQuestion } from '../support/random-questions.ts'
import { makeMergesSmall, STEPS_NOW, stepsOf } from '../support/random-steps.ts'
import { isMany, replayed, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'

const WORLDS = 8
const STEPS = isMany || replayed !== null ? 50 : 10
const QUESTIONS = 12
const AFTER_A_STEP = 8

const server = await testServer()
await makeMergesSmall(server)

const answers = { unmoved: 0, computed: 0 }
const numbers = seeds(3_001, WORLDS)

test.each(isMany || replayed !== null ? numbers : numbers.slice(0, 1))(
  'world %i',
  async (seed) => {
    const random = new Random(seed + 80_000)
    server.ahead = STEPS_NOW - Date.now()
    const { world, built } = await buildActivity(server, activityWorld(random))
    const steps = stepsOf(server, random, built)
    const questions = Array.from({ length: QUESTIONS }, (_, index) => randomQuestion(random, index, built))
    const history: string[] = []
    const ask = async (query: object, more: object) => {
      const answer = await server.call('POST', `${built.project.path}query/`, { query, ...more })
      const context = `SEED=${seed} ${world.timezone} ${JSON.stringify(history)}\n${JSON.stringify(query)}`
      expect(answer.status, `${context}\n${JSON.stringify(answer.body)}`).toBe(200)
      return { ...answer.body, context }
    }
    for (let number = 0; number < STEPS; number++) {
      const first = random.between(0, QUESTIONS)
      const asked = Array.from({ length: AFTER_A_STEP }, (_, index) => questions[(first + index) % QUESTIONS]?.() ?? {})
      for (const node of asked) await ask(node, { refresh: 'blocking' })
      await server.settled()
      history.push(await steps.next())
      server.ahead += 6_000
      for (const node of asked) {
        const { is_cached, results, context } = await ask(node, { refresh: 'blocking', max_age: 5 })
        answers[is_cached ? 'unmoved' : 'computed']++
        if (!is_cached) continue
        const whole = await ask(node, { refresh: 'force_blocking' })
        expect(numbersOf(results), context).toEqual(numbersOf(whole.results))
      }
    }
  },
  600_000,
)

test('some of them were not computed, and some were', () => {
  expect(answers.unmoved).toBeGreaterThan(0)
  expect(answers.computed).toBeGreaterThan(0)
})
