/** Retentions and the people behind them whose statements are golden. */
const retention = (retentionFilter: object = {}, more: object = {}) => ({
  kind: 'RetentionQuery',
  dateRange: { date_from: '2024-03-28', date_to: '2024-04-01' },
  retentionFilter: {
    totalIntervals: 3,
    targetEntity: { id: 'seen', type: 'events' },
    returningEntity: { id: 'tried', type: 'events' },
    ...retentionFilter,
  },
  ...more,
})

export const RETENTION: Readonly<Record<string, object>> = {
  'two-events': retention(),
}
