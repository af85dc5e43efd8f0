/** At most so many characters, with an ellipsis for the rest. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  // half of a surrogate pair is no character
  const kept = text.slice(0, Math.max(1, length - 1)).replace(/[\ud800-\udbff]$/, '')
  return `${kept.trimEnd()}…`
}
