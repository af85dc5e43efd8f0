/** Edgehog has no feature flags: an empty set, in the form that each version of the protocol expects. */
import { remoteConfig } from './remote-config.ts'

export interface FlagRequest {
  readonly token: string
  /** `/decide` is the older protocol. */
  readonly isDecide: boolean
  /** The version that the client asks for; null: that of its path. */
  readonly version: number | null
  /** Whether the client asks for the remote config, too; `/decide` always has it. */
  readonly withConfig: boolean
}

export function noFlags({ token, isDecide, version, withConfig }: FlagRequest, now: Date) {
  const config = isDecide || withConfig ? remoteConfig(token) : {}
  return { ...config, ...emptySet(isDecide ? (version ?? 3) : null, now) }
}

function emptySet(decideVersion: number | null, now: Date) {
  const known = { errorsWhileComputingFlags: false, requestId: crypto.randomUUID(), evaluatedAt: now.getTime() }
  if (decideVersion !== null && decideVersion <= 1) return { ...known, featureFlags: [] }
  if (decideVersion !== null && decideVersion <= 3) return { ...known, featureFlags: {}, featureFlagPayloads: {} }
  return { ...known, flags: {}, featureFlags: {}, featureFlagPayloads: {} }
}

/** For local evaluation: no flags, no groups, no cohorts. */
export const NO_FLAG_DEFINITIONS = { flags: [], group_type_mapping: {}, cohorts: {} }
