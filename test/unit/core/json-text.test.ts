import { expect, test } from 'vitest'
import { JsonText, printJson } from '../../../lib/core/json-text.ts'

test('texts stand in the JSON around them as they are, wherever and however often', () => {
  const text = new JsonText('[1,  {"a":"\\u00e9$&"}]')
  expect(printJson({ a: text, b: { c: [text, 'text'] } })).toBe(`{"a":${text.text},"b":{"c":[${text.text},"text"]}}`)
  expect(printJson(text)).toBe(text.text)
  expect(printJson({ a: null, b: undefined, c: 'ü' })).toBe('{"a":null,"c":"ü"}')
})

test('whoever prints them in another way gets the same value', () => {
  expect(JSON.stringify({ a: new JsonText('[1,  2]') })).toBe('{"a":[1,2]}')
})

test('a value that cannot be printed leaves nothing behind', () => {
  const circle: Record<string, unknown> = { text: new JsonText('1') }
  circle.circle = circle
  expect(() => printJson(circle)).toThrow()
  expect(JSON.stringify(new JsonText('2'))).toBe('2')
})
