import type { ForcedFilters } from './forced-filters.ts'

/** Who acts. Every use case takes one of these, and rules switch on `kind`; nobody is a missing caller. */
export type Actor = KeyActor | LinkActor | HookActor | ViewerActor | SystemActor

/** A personal API key and the user who owns it. */
export interface KeyActor {
  readonly kind: 'key'
  readonly keyId: string
  readonly userId: number
  readonly scopes: readonly string[]
  /** Ids of the projects that the key may reach; empty = every project of the user. */
  readonly scopedTeams: readonly number[]
  /** Ids of the organizations that the key may reach; empty = every organization of the user. */
  readonly scopedOrganizations: readonly string[]
  readonly organizationIds: readonly string[]
  readonly memberships: readonly Membership[]
  /** The project that `@current` means; null when the user has none. */
  readonly currentProjectId: number | null
  readonly currentOrganizationId: string | null
  readonly lastUsedAt: string | null
  readonly user: ActorUser
}

/** Anybody who has the sharing link of an insight. */
export interface LinkActor {
  readonly kind: 'link'
  readonly token: string
  readonly insightId: number
  /** What is laid under each query that is computed for it. */
  readonly forced?: ForcedFilters
}

/** Anybody who has the secret URL of a refresh hook. */
export interface HookActor {
  readonly kind: 'hook'
  readonly hookId: string
}

/** A person in a customer's own product, named by the token that the customer's server signed. No door makes one yet. */
export interface ViewerActor {
  readonly kind: 'viewer'
  readonly projectId: number
  /** The customer's id for the person. */
  readonly subject: string
  /** What is laid under each query that is computed for the person. */
  readonly forced?: ForcedFilters
}

/** Edgehog itself: the cron and the deliveries of QStash. */
export interface SystemActor {
  readonly kind: 'system'
}

export interface Membership {
  readonly id: string
  readonly organizationId: string
  /** 1 member, 8 admin, 15 owner. */
  readonly level: number
  /** Ids of the roles of the member. */
  readonly roles: readonly string[]
}

/** A user in the form of `created_by` (docs/insights.md 4). */
export interface ActorUser {
  readonly id: number
  readonly uuid: string
  readonly distinct_id: string
  readonly first_name: string
  readonly last_name: string
  readonly email: string
  readonly is_email_verified: boolean | null
  readonly hedgehog_config: null
  readonly role_at_organization: string | null
}
