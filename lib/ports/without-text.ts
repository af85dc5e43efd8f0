/** An error for the log: its name, the HTTP status, and the first line of its message, cut off where `from` matches. */
export function withoutText(thrown: unknown, from: RegExp): Error {
  const { name = 'Error', message = String(thrown), status } = (thrown ?? {}) as Partial<Error> & { status?: unknown }
  const [text = ''] = message.split(from)
  const error = new Error(text.split('\n')[0]?.slice(0, 200))
  error.name = name
  return typeof status === 'number' ? Object.assign(error, { code: `HTTP ${status}` }) : error
}
