/** What a sharing link shows: the insight as a page, as a picture or as data. */
import * as z from 'zod/mini'
import { notFound } from '../../core/errors.ts'
import { sourceNode } from '../../nodes/index.ts'
import { responseIn } from '../../refresh/entry.ts'
import { readWish } from '../../refresh/policy.ts'
import { resultTable } from '../../render/csv.ts'
import { renderPage } from '../../render/page.ts'
import { renderSvg } from '../../render/svg.ts'
import type { Ctx } from '../ctx.ts'
import { refreshParameters } from '../fields.ts'
import { nameOf } from '../insights/retrieve.ts'
import { insightValidity, LINK_SECONDS, type Validity } from '../validity.ts'
import { presentShared, readShare } from './shared.ts'

export const sharedParameters = z.object(refreshParameters)

export interface OpenLinkInput {
  readonly token: string
  /** `embed`: the page is shown inside another page. */
  readonly type: 'scene' | 'embed'
  readonly format: 'page' | 'svg' | 'json' | 'csv'
  readonly parameters: z.infer<typeof sharedParameters>
}

/** What is shown; it is drawn only for a client that does not have it yet. */
export type OpenedLink = { readonly validity: Validity } & (
  | { readonly format: 'page'; readonly html: () => string }
  | { readonly format: 'svg'; readonly svg: () => string }
  | { readonly format: 'json'; readonly data: object }
  | { readonly format: 'csv'; readonly name: string; readonly cells: () => ReturnType<typeof resultTable> }
)

/**
 * Shows the insight behind a sharing token in the format that the input asks for. Throws 404 if the token is unknown or off
 * or the insight is deleted, and as `presentShared`.
 */
export async function openSharedLink(
  { services }: Pick<Ctx, 'services'>,
  { token, type, format, parameters }: OpenLinkInput,
): Promise<OpenedLink> {
  const link = await readShare(services, token)
  if (!link || link.ctx.actor.insight.deleted) throw notFound()
  const { insight, answer, looks } = await presentShared(
    link.ctx,
    readWish(format === 'csv' ? 'shared csv' : 'shared', parameters),
    link.read,
  )
  const validity = insightValidity(insight, LINK_SECONDS)
  const shown = () => ({ ...insight, result: responseIn(answer), looks })
  const now = services.now()
  switch (format) {
    case 'json':
      return { format, validity, data: { type, accessToken: token, insight } }
    case 'csv': {
      const cells = () => resultTable(responseIn(answer), sourceNode(insight.query)?.kind)
      return { format, validity, name: nameOf(link.ctx.actor.insight), cells }
    }
    case 'svg':
      return { format, validity, svg: () => renderSvg(shown(), now) }
    case 'page':
      return { format, validity, html: () => renderPage(shown(), { embedded: type === 'embed', now }) }
    default:
      return format satisfies never
  }
}
