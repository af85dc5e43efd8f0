import { type Message, QstashError } from './message.ts'

const FILTERS: Readonly<Record<string, (message: Message) => string | null>> = {
  url: (message) => message.url,
  label: (message) => message.label,
  queueName: (message) => message.queue,
  scheduleId: (message) => message.scheduleId,
  topicName: (message) => message.topic,
  flowControlKey: (message) => message.flow?.key ?? null,
}

/**
 * The items that the query of a bulk request names: by id, else by filter, else all, `count` at most.
 * Throws `QstashError` 400 for a filter that is not supported: it must not widen what is cancelled or deleted.
 */
export function select<T>(
  items: readonly T[],
  query: URLSearchParams,
  idName: string,
  idOf: (item: T) => string,
  messageOf: (item: T) => Message,
): T[] {
  const filters = [...new Set(query.keys())].filter((name) => name !== idName && name !== 'count')
  for (const name of filters)
    if (!Object.hasOwn(FILTERS, name)) throw new QstashError(400, `the parameter ${name} is not supported`)
  const ids = query.getAll(idName)
  const count = Number(query.get('count') ?? Number.POSITIVE_INFINITY)
  const isNamed = (item: T) =>
    (ids.length === 0 || ids.includes(idOf(item))) &&
    filters.every((name) => {
      const value = FILTERS[name]?.(messageOf(item))
      // labels are a comma list
      const values = name === 'label' ? (value ?? '').split(',') : [value]
      return query.getAll(name).some((wanted) => values.includes(wanted))
    })
  return items.filter(isNamed).slice(0, count)
}
