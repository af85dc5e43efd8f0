/** The context of a use case, its first argument: the services (with the clock), the actor and the project. */
import type { Actor, KeyActor, LinkActor, SystemActor } from '../core/actor.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'

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
  readonly insight: InsightRow
}

/** A personal API key acts in a project. */
export type KeyCtx = ProjectCtx<KeyActor>
/** A sharing link acts in a project: it reaches one insight. */
export type LinkCtx = ProjectCtx<OpenLink>
/** A key or a sharing link acts in a project. */
export type ReaderCtx = ProjectCtx<KeyActor | OpenLink>

/** The cron, or a delivery of QStash. */
export type SystemCtx = Ctx<SystemActor>

/** The context of the cron and of deliveries, in which Edgehog itself acts. */
export const asSystem = (services: Services): SystemCtx => ({ services, actor: { kind: 'system' } })

/** The same context if the actor is a link; undefined if it is a key. */
export const asLink = ({ services, project, actor }: ReaderCtx): LinkCtx | undefined =>
  actor.kind === 'link' ? { services, project, actor } : undefined
