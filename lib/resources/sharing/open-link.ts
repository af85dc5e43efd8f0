/** What a sharing link shows: the insight as a page, as a picture, as a number or as data. */
import * as z from 'zod/mini'
import { invalid, notFound } from '../../core/errors.ts'
import { responseIn } from '../../refresh/entry.ts'
import { readWish } from '../../refresh/policy.ts'
import { resultTable } from '../../render/csv.ts'
import { renderDashboard } from '../../render/dashboard-page.ts'
import { renderPage } from '../../render/page.ts'
import type { Ctx } from '../ctx.ts'
import { refreshParameters } from '../fields.ts'
import { kindOf, nameOf } from '../insights/retrieve.ts'
import type { Validity } from '../validity.ts'
import { showSharedDashboard } from './dashboard-link.ts'
import { lookParameters, themeOf } from './look.ts'
import { drawPicture, isWaitedFor, numberText, type StyledSvg } from './pictures.ts'
import { linkValidity, type OpenDashboard, presentShared, readAnyShare } from './shared.ts'

export const sharedParameters = z.object({ ...refreshParameters, ...lookParameters })

export const LINK_FORMATS = ['page', 'svg', 'json', 'csv', 'txt'] as const
type LinkFormat = (typeof LINK_FORMATS)[number]

export interface OpenLinkInput {
  readonly token: string
  /** `embed`: the page is shown inside another page. */
  readonly type: 'scene' | 'embed'
  readonly format: LinkFormat
  readonly parameters: z.infer<typeof sharedParameters>
}

interface Shown {
  readonly validity: Validity
  /** The origins of the pages that may frame it; null: any. */
  readonly ancestors: readonly string[] | null
}

/** What is shown; it is drawn only for a client that does not have it yet. */
export type OpenedLink = Shown &
  (
    | { readonly format: 'page'; readonly html: () => string }
    | { readonly format: 'svg'; readonly picture: () => StyledSvg }
    | { readonly format: 'json'; readonly data: object }
    | { readonly format: 'csv'; readonly name: string; readonly cells: () => ReturnType<typeof resultTable> }
    | { readonly format: 'txt'; readonly number: () => string }
  )

/**
 * Shows what is behind a sharing token in the format that the input asks for. Throws 404 if the token is unknown or off or
 * what it opens is deleted, 400 for a format that a dashboard has not, and as `presentShared`.
 */
export async function openSharedLink(
  { services }: Pick<Ctx, 'services'>,
  { token, type, format, parameters }: OpenLinkInput,
): Promise<OpenedLink> {
  const link = await readAnyShare(services, token)
  if (!link) throw notFound()
  if (!('read' in link)) return openDashboard(link, { token, type, format, parameters })
  if (link.ctx.actor.insight.deleted) throw notFound()
  const wish = readWish(
    format === 'csv' || format === 'txt' || (format === 'svg' && isWaitedFor(parameters)) ? 'shared csv' : 'shared',
    parameters,
  )
  const { insight, answer, looks } = await presentShared(link.ctx, wish, link.read)
  const head = { validity: linkValidity(link.ctx, insight), ancestors: link.ctx.actor.settings.allowed_ancestors }
  const shown = () => ({ ...insight, result: responseIn(answer), looks })
  const now = services.now()
  switch (format) {
    case 'json':
      return { format, ...head, data: { type, accessToken: token, insight } }
    case 'csv': {
      const cells = () => resultTable(responseIn(answer), kindOf(link.ctx.actor.insight))
      return { format, ...head, name: nameOf(link.ctx.actor.insight), cells }
    }
    case 'txt':
      return { format, ...head, number: () => numberText(shown(), parameters) }
    case 'svg':
      return { format, ...head, picture: () => drawPicture(shown(), parameters, now) }
    case 'page': {
      const options = { embedded: type === 'embed', theme: themeOf(parameters), now }
      return { format, ...head, html: () => renderPage(shown(), options) }
    }
    default:
      return format satisfies never
  }
}

async function openDashboard(
  link: OpenDashboard,
  { token, type, format, parameters }: OpenLinkInput,
): Promise<OpenedLink> {
  if (format !== 'page' && format !== 'json')
    throw invalid(null, 'A dashboard is a page or JSON: for a number, a picture or a table share one of its insights.')
  const { dashboard, shownTiles, head } = await showSharedDashboard(link, parameters)
  if (format === 'json') return { format, ...head, data: { type, accessToken: token, dashboard } }
  const options = { embedded: type === 'embed', theme: themeOf(parameters), now: link.ctx.services.now() }
  return { format, ...head, html: () => renderDashboard({ ...dashboard, tiles: shownTiles() }, options) }
}
