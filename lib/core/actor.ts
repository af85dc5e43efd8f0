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

/** Anybody who has the sharing link of an insight or a dashboard. */
export interface LinkActor {
  readonly kind: 'link'
  readonly token: string
  /** null: the link of a dashboard. */
  readonly insightId: number | null
  /** Whether the link shows what an insight is made of. */
  readonly showsQuery?: boolean
  /** What is laid under each query that is computed for it. */
  readonly forced?: ForcedFilters
}

/** Anybody who has the secret URL of a refresh hook. */
export interface HookActor {
  readonly kind: 'hook'
  readonly hookId: string
}

/** A person in a customer's own product, named by the token that the customer's server signed (docs/viewers.md). */
export interface ViewerActor {
  readonly kind: 'viewer'
  readonly projectId: number
  /** The customer's id for the person. */
  readonly subject: string
  /** The secret that the token was signed with. */
  readonly secretId: string
  /** What the viewer may see; an insight also on a dashboard that the viewer may see. */
  readonly insights: NamedItems
  readonly dashboards: NamedItems
  /** Filters that hold whatever the viewer asks for, and that no answer shows. */
  readonly forced: ForcedFilters
  /** The properties that the viewer may filter by. */
  readonly allowedFilters: readonly AllowedFilter[]
  /** The ranges that the viewer may choose; `any`: every one. */
  readonly allowedDates: 'any' | readonly AllowedDates[]
  /** IANA name; null: that of the project. */
  readonly timezone: string | null
  /** Whether the viewer may list the people whom a number counts. */
  readonly people: boolean
  /** Computations a minute; null: as many as unless a token says. */
  readonly rpm: number | null
}

/** Insights or dashboards by their numbers, their short ids (insights alone) and their tags. */
export interface NamedItems {
  readonly ids: readonly number[]
  readonly shortIds: readonly string[]
  readonly tags: readonly string[]
}

export interface AllowedFilter {
  readonly key: string
  readonly type: 'event' | 'person' | 'group'
  readonly groupTypeIndex: number | null
}

export interface AllowedDates {
  readonly date_from: string | null
  readonly date_to: string | null
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
