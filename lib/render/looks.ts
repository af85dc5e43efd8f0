import type { AxisFormat } from './format.ts'

/** The display keys of a query node that pages and image files read. Their values are as the client stored them. */
export interface Looks {
  readonly interval?: unknown
  readonly breakdownFilter?: { readonly breakdown_type?: unknown } | null
  readonly trendsFilter?: (AxisFormat & { readonly display?: unknown }) | null
  readonly retentionFilter?: {
    readonly period?: unknown
    readonly display?: unknown
    readonly dashboardDisplay?: unknown
    readonly retentionReference?: unknown
    readonly meanRetentionCalculation?: unknown
    readonly timeWindowMode?: unknown
  } | null
  readonly lifecycleFilter?: { readonly stacked?: unknown; readonly toggledLifecycles?: unknown } | null
  readonly stickinessFilter?: { readonly display?: unknown } | null
  readonly visualization?: Visualization | undefined
}

/** The display keys of a DataVisualizationNode. */
export interface Visualization {
  readonly display?: unknown
  readonly chartSettings?: {
    readonly xAxis?: { readonly column?: unknown } | null
    readonly yAxis?:
      | readonly ({
          readonly column?: unknown
          readonly settings?: {
            readonly display?: { readonly label?: unknown } | null
            readonly formatting?: {
              readonly prefix?: unknown
              readonly suffix?: unknown
              readonly style?: unknown
              readonly decimalPlaces?: unknown
            } | null
          } | null
        } | null)[]
      | null
    readonly seriesBreakdownColumn?: unknown
  } | null
}
