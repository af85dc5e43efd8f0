/** Who makes the request, found from a personal API key. */
export interface Caller {
  readonly keyId: string
  readonly userId: number
  readonly scopes: readonly string[]
  /** Empty = all that the user may reach. */
  readonly scopedTeams: readonly number[]
  readonly scopedOrganizations: readonly string[]
  readonly organizationIds: readonly string[]
  readonly memberships: readonly Membership[]
  /** The project that `@current` means; null when the user has none. */
  readonly currentProjectId: number | null
  readonly currentOrganizationId: string | null
  readonly lastUsedAt: string | null
  readonly user: CallerUser
}

export interface Membership {
  readonly id: string
  readonly organizationId: string
  /** 1 member, 8 admin, 15 owner. */
  readonly level: number
  /** Ids of the roles that it has. */
  readonly roles: readonly string[]
}

/** The user as `created_by` shows it (docs/insights.md 4). */
export interface CallerUser {
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
