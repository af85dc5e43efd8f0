/** The context of a use case, its first argument: the services (with the clock), the actor and the project. */
import type { Actor, KeyActor, LinkActor, SystemActor, ViewerActor } from '../core/actor.ts'
import { type ForcedFilters, forcedText, NOTHING_FORCED } from '../core/forced-filters.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import type { LinkSettings } from '../store/sharing.ts'

export interface Ctx<A extends Actor = Actor> {
  readonly services: Services
  readonly actor: A
}

/** A context with a project, which the actor may reach. */
export interface ProjectCtx<A extends Actor = Actor> extends Ctx<A> {
  readonly project: Project
}

/** The actor of a sharing link that is on, with the insight of the link, which may be deleted. */
export interface OpenLink extends LinkActor {
  readonly insightId: number
  readonly insight: InsightRow
  readonly settings: LinkSettings
}

/** The actor of a sharing link of a dashboard. */
export interface OpenDashboardLink extends LinkActor {
  readonly insightId: null
  readonly settings: LinkSettings
}

/** The actor of a viewer's token that is valid. `secret`: what it was signed with. */
export interface OpenViewer extends ViewerActor {
  readonly secret: string
}

/** A personal API key acts in a project. */
export type KeyCtx = ProjectCtx<KeyActor>
/** A sharing link acts in a project: it reaches one insight. */
export type LinkCtx = ProjectCtx<OpenLink>
/** A viewer's token acts in a project: it reaches the insights and dashboards that it names. */
export type ViewerCtx = ProjectCtx<OpenViewer>
/** A key or a viewer's token acts in a project. */
export type ViewedCtx = ProjectCtx<KeyActor | OpenViewer>
/** A key, a sharing link or a viewer's token acts in a project. */
export type ReaderCtx = ProjectCtx<KeyActor | OpenLink | OpenViewer>

/** The sharing link of a dashboard acts in a project. */
export type DashboardLinkCtx = ProjectCtx<OpenDashboardLink>
/** Whoever sees many insights at once: on a page of a list, or on a dashboard. */
export type PageCtx = ProjectCtx<KeyActor | LinkActor | OpenViewer>

/** The cron, or a delivery of QStash. */
export type SystemCtx = Ctx<SystemActor>

/** The context of the cron and of deliveries, in which Edgehog itself acts. */
export const asSystem = (services: Services): SystemCtx => ({ services, actor: { kind: 'system' } })

/** The same context if the actor is a link. */
export const asLink = ({ services, project, actor }: ReaderCtx): LinkCtx | undefined =>
  actor.kind === 'link' ? { services, project, actor } : undefined

/** The same context if the actor is a viewer. */
export const asViewer = ({ services, project, actor }: ReaderCtx): ViewerCtx | undefined =>
  actor.kind === 'viewer' ? { services, project, actor } : undefined

/** The same context if the actor is a key. */
export const asKey = ({ services, project, actor }: ReaderCtx): KeyCtx | undefined =>
  actor.kind === 'key' ? { services, project, actor } : undefined

/** What the actor is held to: it sees no other rows, whatever it asks. */
export function forcedOf({ actor }: Pick<Ctx, 'actor'>): ForcedFilters {
  switch (actor.kind) {
    case 'link':
    case 'viewer':
      return actor.forced ?? NOTHING_FORCED
    case 'key':
    case 'hook':
    case 'system':
      return NOTHING_FORCED
  }
}

/** The zone in which the actor counts days; null: that of the project. */
export const zoneOf = ({ actor }: Pick<Ctx, 'actor'>): string | null =>
  actor.kind === 'viewer' ? actor.timezone : null

/** Whether the actor may see what was computed under these filters: who is held to some sees what is theirs alone. */
export function seesRows(ctx: Pick<Ctx, 'actor'>, forced: ForcedFilters = NOTHING_FORCED): boolean {
  const own = forcedOf(ctx)
  return own.length === 0 || forcedText(own) === forcedText(forced)
}
