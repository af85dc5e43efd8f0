/** An error for the log: its name and the first line of its message, cut off where `from` matches. */
export function withoutText(thrown: unknown, from: RegExp): Error {
  const { name = 'Error', message = String(thrown) } = (thrown ?? {}) as { name?: string; message?: string }
  const [text = ''] = message.split(from)
  const error = new Error(text.split('\n')[0]?.slice(0, 200))
  error.name = name
  return error
}
