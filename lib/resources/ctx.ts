/** The first argument of every use case; the clock is in the services. */
import type { Actor } from '../core/actor.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'

export interface Ctx<A extends Actor = Actor> {
  readonly services: Services
  readonly actor: A
}

/** The context of a use case about one project, which the actor may reach. */
export interface ProjectCtx<A extends Actor = Actor> extends Ctx<A> {
  readonly project: Project
}
