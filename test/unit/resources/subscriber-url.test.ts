import { expect, test } from 'vitest'
import { checkSubscriberUrl } from '../../../lib/resources/insights/subscriber-url.ts'

const DEPLOYED = 'https://edgehog.example.com'
const LOCAL = 'http://127.0.0.1:8787'

test.each([
  'https://hooks.example.com/a?b=c',
  'https://8.8.8.8/x',
  'https://172.32.0.1/',
  'https://[2606:4700::1111]/',
  'https://[2001:4860:4860::8888]/',
  'https://168.63.129.17/',
  'https://example.com:8443/',
])('%s may be told', (url) => {
  expect(checkSubscriberUrl(url, DEPLOYED)).toBe(url)
})

test.each([
  ['', 'valid'],
  ['example.com', 'valid'],
  ['ftp://example.com/', 'valid'],
  ['javascript:alert(1)', 'valid'],
  [`https://example.com/${'x'.repeat(2_000)}`, 'valid'],
  ['http://example.com/', 'must be https'],
  ['https://user@example.com/', 'credentials'],
  ['https://user:password@example.com/', 'credentials'],
  ['https://edgehog.example.com/api/refresh_hooks/x', 'Edgehog itself'],
  ['https://edgehog.example.com./', 'Edgehog itself'],
  ['https://EDGEHOG.example.com:8443/', 'Edgehog itself'],
])('%s may not', (url, why) => {
  expect(() => checkSubscriberUrl(url, DEPLOYED)).toThrow(why)
})

test.each([
  'localhost',
  'LOCALHOST.',
  'a.localhost',
  'printer.local',
  'metadata.google.internal',
  'intranet',
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[fd00::1]',
  '[fe80::1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[2001::1]',
  '[2001:10::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[4000::1]',
  '168.63.129.16',
  '192.0.2.1',
  '192.88.99.1',
  '198.51.100.7',
  '203.0.113.9',
  'x.localhost.localdomain',
  'localhost.localdomain',
])('%s is private', (host) => {
  expect(() => checkSubscriberUrl(`https://${host}/`, DEPLOYED)).toThrow('private or local')
  expect(checkSubscriberUrl(`http://${host}/`, LOCAL)).toBe(`http://${host}/`)
})
