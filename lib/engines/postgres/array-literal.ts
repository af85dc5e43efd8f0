/** The text of an array, as a parameter that is cast to its type: `{"a","1"}`, every element quoted. */
export const arrayLiteral = (values: readonly (string | number | boolean)[]): string =>
  `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
