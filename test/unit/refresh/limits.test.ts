import { expect, test } from 'vitest'
import type { Actor, KeyActor, ViewerActor } from '../../../lib/core/actor.ts'
import type { Project } from '../../../lib/core/project.ts'
import { isStrict, limiterOf } from '../../../lib/refresh/limits.ts'

const project = { id: 7 } as Project
const counted = (actor: Actor) => limiterOf({ actor, project })

test('computations count for the key and its user, for all viewers of a link, for one viewer, for a hook, or for nobody', () => {
  expect(counted({ kind: 'key', keyId: 'k', userId: 3 } as KeyActor)).toEqual([
    { kind: 'key', id: 'k' },
    { kind: 'user', id: 3, projectId: 7 },
  ])
  expect(counted({ kind: 'link', token: 't', insightId: 1 })).toEqual([{ kind: 'share', token: 't' }])
  expect(counted({ kind: 'hook', hookId: 'h' })).toEqual([{ kind: 'hook', id: 'h' }])
  expect(counted({ kind: 'viewer', projectId: 7, subject: 'a', rpm: 5 } as ViewerActor)).toEqual([
    { kind: 'viewer', projectId: 7, subject: 'a', perMinute: 5 },
    { kind: 'viewers', projectId: 7 },
  ])
  expect(counted({ kind: 'system' })).toEqual([])
})

test('what anybody may hold computes nothing that cannot be counted', () => {
  expect(isStrict(counted({ kind: 'link', token: 't', insightId: 1 }))).toBe(true)
  expect(isStrict(counted({ kind: 'hook', hookId: 'h' }))).toBe(true)
  expect(isStrict(counted({ kind: 'key', keyId: 'k', userId: 3 } as KeyActor))).toBe(false)
  expect(isStrict(counted({ kind: 'system' }))).toBe(false)
})
