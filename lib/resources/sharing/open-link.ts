/** What a sharing link shows: the insight as a page, as a picture or as data. */
import { notFound } from '../../core/errors.ts'
import { responseIn } from '../../refresh/entry.ts'
import { readMode } from '../../refresh/policy.ts'
import { renderPage } from '../../render/page.ts'
import { renderSvg } from '../../render/svg.ts'
import type { Ctx } from '../ctx.ts'
import { presentShared, readShare } from './shared.ts'

export interface OpenLinkInput {
  readonly token: string
  /** `embed`: the page is shown inside another page. */
  readonly type: 'scene' | 'embed'
  readonly format: 'page' | 'svg' | 'json'
  /** The `refresh` parameter. */
  readonly refresh: string | undefined
}

export type OpenedLink =
  | { readonly format: 'page'; readonly html: string }
  | { readonly format: 'svg'; readonly svg: string }
  | { readonly format: 'json'; readonly data: object }

/**
 * Shows the insight behind a sharing token in the format that the input asks for. Throws 404 if the token is unknown or off
 * or the insight is deleted, and as `presentShared`.
 */
export async function openSharedLink(
  { services }: Pick<Ctx, 'services'>,
  { token, type, format, refresh }: OpenLinkInput,
): Promise<OpenedLink> {
  const link = await readShare(services, token)
  if (!link || link.actor.insight.deleted) throw notFound()
  const { insight, answer, looks } = await presentShared(link, readMode('shared', refresh))
  if (format === 'json') return { format, data: { type, accessToken: token, insight } }
  const shown = { ...insight, result: responseIn(answer), looks }
  if (format === 'svg') return { format, svg: renderSvg(shown, services.now()) }
  return { format, html: renderPage(shown, { embedded: type === 'embed', now: services.now() }) }
}
