/** The runs that a viewer's reads have started, or met: their ids say so (docs/viewers.md "Runs"). */

import { notFound } from '../../core/errors.ts'
import { fromHex, toHex } from '../../core/hex.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import type { OpenViewer, PageCtx } from '../ctx.ts'
import { policyName } from './policy.ts'

/** What the id of a viewer's run stands for. */
export interface ViewerRun {
  readonly insightId: string
  /** The id under which the run is known to us. */
  readonly statusId: string
  readonly mac: string
}

/** Reads an id, unchecked. */
export function readRunId(id: string): ViewerRun | undefined {
  const [, insightId = '', statusId = '', mac = ''] = /^(\d{1,10})\.(\w{1,100})\.([0-9a-f]{64})$/.exec(id) ?? []
  return mac === '' ? undefined : { insightId, statusId, mac }
}

/** Throws 404 for an id that no answer to this viewer had. */
export async function requireOwnRun(viewer: OpenViewer, id: string): Promise<ViewerRun> {
  const run = readRunId(id)
  const isOwn = run && (await crypto.subtle.verify('HMAC', await keyOf(viewer), fromHex(run.mac), textOf(viewer, run)))
  if (!isOwn) throw notFound(`Query ${id} not found for team ${viewer.projectId}`)
  return run
}

/** An answer for a viewer, whose run has an id of the viewer's own; that of anybody else as it is. */
export async function withOwnRun<Answer extends QueryAnswer | null>(
  { actor }: Pick<PageCtx, 'actor'>,
  insightId: number,
  answer: Answer,
): Promise<Answer> {
  if (actor.kind !== 'viewer' || !answer?.run) return answer
  return { ...answer, run: { ...answer.run, id: await ownId(actor, insightId, answer.run.id) } }
}

async function ownId(viewer: OpenViewer, insightId: number, statusId: string): Promise<string> {
  const text = textOf(viewer, { insightId: String(insightId), statusId })
  return `${insightId}.${statusId}.${toHex(await crypto.subtle.sign('HMAC', await keyOf(viewer), text))}`
}

/** Two viewers whose results differ have different runs, and no text that is signed is that of a token. */
const textOf = (viewer: OpenViewer, { insightId, statusId }: Omit<ViewerRun, 'mac'>) =>
  new TextEncoder().encode(JSON.stringify(['run', viewer.subject, policyName(viewer), insightId, statusId]))

const keyOf = ({ secret }: OpenViewer) =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])
