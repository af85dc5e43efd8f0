/** The first argument of every use case; the clock is in the services. */
import type { Actor, KeyActor, LinkActor } from '../core/actor.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'

export interface Ctx<A extends Actor = Actor> {
  readonly services: Services
  readonly actor: A
}

/** The context of a use case about one project, which the actor may reach. */
export interface ProjectCtx<A extends Actor = Actor> extends Ctx<A> {
  readonly project: Project
}

/** Somebody with a link that is on, and the insight that it opens, which may be deleted. */
export interface OpenLink extends LinkActor {
  readonly insight: InsightRow
}

/** A key that acts in a project. */
export type KeyCtx = ProjectCtx<KeyActor>
/** Somebody with a link: one insight of one project. */
export type LinkCtx = ProjectCtx<OpenLink>
/** A use case for both. */
export type ReaderCtx = ProjectCtx<KeyActor | OpenLink>

/** The same context when a link acts in it; undefined for a key. */
export const asLink = ({ services, project, actor }: ReaderCtx): LinkCtx | undefined =>
  actor.kind === 'link' ? { services, project, actor } : undefined
