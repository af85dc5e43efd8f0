/** What client libraries are told about everything but capture: that it is off. */
import * as z from 'zod/mini'
import { object, page } from '../answer-parts.ts'

const remoteConfig = {
  token: z.string(),
  supportedCompression: z.array(z.string()),
  hasFeatureFlags: z.literal(false),
  captureDeadClicks: z.literal(false),
  capturePerformance: z.literal(false),
  autocapture_opt_out: z.literal(false),
  autocaptureExceptions: z.literal(false),
  analytics: z.strictObject({ endpoint: z.string() }),
  elementsChainAsString: z.literal(true),
  errorTracking: z.strictObject({ autocaptureExceptions: z.literal(false), suppressionRules: z.array(z.unknown()) }),
  sessionRecording: z.literal(false),
  heatmaps: z.literal(false),
  surveys: z.literal(false),
  productTours: z.literal(false),
  logs: z.strictObject({ captureConsoleLogs: z.literal(false) }),
  conversations: z.literal(false),
  defaultIdentifiedOnly: z.literal(true),
  isAuthenticated: z.literal(false),
  siteApps: z.array(z.unknown()),
  toolbarParams: object,
}
export const RemoteConfig = z.strictObject(remoteConfig)
export const UnknownToken = z.strictObject({ error: z.string() })

const noFlags = {
  errorsWhileComputingFlags: z.literal(false),
  requestId: z.guid(),
  evaluatedAt: z.int(),
  flags: z.optional(object),
  featureFlags: z.union([object, z.array(z.unknown())]),
  featureFlagPayloads: z.optional(object),
}
/** No flags, in the form of the version that was asked for; with the remote config where the client asks for it. */
export const FeatureFlags = z.union([z.strictObject(noFlags), z.strictObject({ ...remoteConfig, ...noFlags })])
export const FeatureFlagDefinitions = z.strictObject({
  flags: z.array(z.unknown()),
  group_type_mapping: object,
  cohorts: object,
})
export const FeatureFlagList = page(object)
