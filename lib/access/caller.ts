/** The former names of the types in core/actor.ts. */
export type { ActorUser as CallerUser, KeyActor as Caller, Membership } from '../core/actor.ts'
