/** The runs that a viewer's reads have started, or met: their ids say so (docs/viewers.md "Runs"). */

import { toHex } from '../../core/hex.ts'
import type { QueryAnswer } from '../../refresh/answer.ts'
import type { OpenViewer, ReaderCtx } from '../ctx.ts'
import { policyName } from './policy.ts'

/** An answer for a viewer, whose run has an id of the viewer's own; that of anybody else as it is. */
export async function withOwnRun<Answer extends QueryAnswer | null>(
  { actor }: Pick<ReaderCtx, 'actor'>,
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
const textOf = (
  viewer: OpenViewer,
  { insightId, statusId }: { readonly insightId: string; readonly statusId: string },
) => new TextEncoder().encode(JSON.stringify(['run', viewer.subject, policyName(viewer), insightId, statusId]))

const keyOf = ({ secret }: OpenViewer) =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
