import { expect, test } from 'vitest'
import { readMemberFile } from '../../../lib/resources/cohorts/member-file.ts'

const UUID = '0190a3c2-0000-7000-8000-00000000000a'

test('the column of a file was always its first', () => {
  expect(readMemberFile('name,distinct-id\nA,d1\nB,d2\n').keys).toEqual(['d1', 'd2'])
  expect(readMemberFile('\ufeffName;"Distinct ID"\n"A;B";d1').keys).toEqual(['d1'])
  expect(readMemberFile('email\tdistinctId\nx@y.z\td1').keys).toEqual(['d1'])
  expect(readMemberFile('plan,E-Mail\npro,x@y.z\npro,').keys).toEqual(['x@y.z'])
  expect(readMemberFile(`distinct_id,person_id\nd1,${UUID}\nd2,no uuid`)).toEqual({ uuids: [UUID], keys: [] })
})

test('one column needs no head, and blanks beside it are none', () => {
  expect(readMemberFile('d1\n"d2"\n\n d1 \n').keys).toEqual(['d1', 'd2'])
  expect(readMemberFile('customers,\nd1,\n').keys).toEqual(['customers', 'd1'])
})

test.each([
  ['name,plan\nA,pro', 'No column names people'],
  ['', 'holds no ids'],
  ['distinct_id\n', 'holds no ids'],
  ['person_id\nx', 'holds no ids'],
  [Array.from({ length: 100_001 }, (_, i) => `d${i}`).join('\n'), 'more than 100000'],
])('%# what names nobody is refused', (csv, reason) => {
  expect(() => readMemberFile(csv)).toThrow(reason)
})
