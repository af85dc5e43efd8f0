/** Tags as they are stored: trimmed, in lower case, sorted, without repetitions. */
export const cleanTags = (tags: readonly string[]): string[] =>
  [...new Set(tags.map((tag) => tag.trim().toLowerCase()).filter(Boolean))].sort()
