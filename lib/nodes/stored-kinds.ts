import * as z from 'zod/mini'
import { Series } from './entity.ts'
import { DateRange, INTERVALS } from './insight.ts'

const object = z.looseObject({})

/**
 * The schema of each kind of node that Edgehog stores and does not compute yet: its required keys, and the keys that
 * all insights have. The kinds that Edgehog computes have strict schemas of their own.
 */
const STORED: Readonly<Record<string, z.ZodMiniType>> = {
  CalendarHeatmapQuery: z.looseObject({
    series: Series,
    dateRange: z.nullish(DateRange),
    interval: z.nullish(z.enum(INTERVALS)),
    filterTestAccounts: z.nullish(z.boolean()),
    samplingFactor: z.nullish(z.number()),
  }),
  GroupsQuery: z.looseObject({ group_type_index: z.int() }),
  InsightActorsQuery: z.looseObject({ source: object }),
  InsightActorsQueryOptions: z.looseObject({ source: object }),
  FunnelsActorsQuery: z.looseObject({ source: object }),
  FunnelCorrelationActorsQuery: z.looseObject({ source: object }),
  StickinessActorsQuery: z.looseObject({ source: object }),
  SavedInsightNode: z.looseObject({ shortId: z.string() }),
  HogQLMetadata: object,
  HogQLAutocomplete: object,
  HogQuery: object,
  EventsNode: z.looseObject({ event: z.nullish(z.string()) }),
  ActionsNode: z.looseObject({ id: z.int() }),
  PersonsNode: object,
  DataWarehouseNode: object,
  SessionsTimelineQuery: object,
  SessionBatchEventsQuery: object,
  SessionsQuery: object,
  SessionAttributionExplorerQuery: object,
  WebOverviewQuery: object,
  WebStatsTableQuery: object,
  WebExternalClicksTableQuery: object,
  WebGoalsQuery: object,
  WebVitalsQuery: object,
  WebVitalsPathBreakdownQuery: object,
  WebPageURLSearchQuery: object,
  WebTrendsQuery: object,
  WebAnalyticsExternalSummaryQuery: object,
  RevenueExampleEventsQuery: object,
  RevenueExampleDataWarehouseTablesQuery: object,
  RevenueAnalyticsOverviewQuery: object,
  RevenueAnalyticsMetricsQuery: object,
  RevenueAnalyticsGrossRevenueQuery: object,
  RevenueAnalyticsMRRQuery: object,
  RevenueAnalyticsTopCustomersQuery: object,
  MarketingAnalyticsTableQuery: object,
  MarketingAnalyticsAggregatedQuery: object,
  ErrorTrackingQuery: object,
  ErrorTrackingIssueCorrelationQuery: object,
  ErrorTrackingSimilarIssuesQuery: object,
  ErrorTrackingBreakdownsQuery: object,
  ExperimentQuery: object,
  ExperimentExposureQuery: object,
  ExperimentTrendsQuery: object,
  ExperimentFunnelsQuery: object,
  ExperimentEventExposureConfig: object,
  ExperimentMetric: object,
  LogsQuery: object,
  LogAttributesQuery: object,
  RecordingsQuery: object,
  DatabaseSchemaQuery: object,
  SuggestedQuestionsQuery: object,
  TeamTaxonomyQuery: object,
  EventTaxonomyQuery: object,
  ActorsPropertyTaxonomyQuery: object,
  TracesQuery: object,
  TraceQuery: object,
  VectorSearchQuery: object,
  DocumentSimilarityQuery: object,
  UsageMetricsQuery: object,
  EndpointsUsageOverviewQuery: object,
  EndpointsUsageTableQuery: object,
  EndpointsUsageTrendsQuery: object,
}
export const STORED_KINDS: ReadonlyMap<string, z.ZodMiniType> = new Map(Object.entries(STORED))

/** Kinds that wrap a query in `source` and only concern display -> the kinds that they can wrap; null: any kind. */
export const WRAPPER_KINDS: ReadonlyMap<unknown, readonly string[] | null> = new Map([
  [
    'InsightVizNode',
    [
      'TrendsQuery',
      'FunnelsQuery',
      'RetentionQuery',
      'PathsQuery',
      'StickinessQuery',
      'LifecycleQuery',
      'CalendarHeatmapQuery',
      'WebStatsTableQuery',
      'WebOverviewQuery',
      // PostHog wraps SQL insights like this: its list filter `insight=SQL` finds them
      'HogQLQuery',
    ],
  ],
  ['DataTableNode', null],
  ['DataVisualizationNode', ['HogQLQuery']],
])
