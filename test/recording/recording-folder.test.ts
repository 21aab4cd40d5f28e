import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordingFolder } from '../../src/recording/recording-folder.ts'

const place = (name = 'hours') => ({ folder: '/project/test/__recordings__', test: name })
const below = (name: string) => join('/project/test/__recordings__', name)

describe('names', () => {
  test.for(['booking', 'desk/booking', 'Größe 2', 'v1.2', 'a_b-c'])('%s lies below the folder', (name) => {
    expect(recordingFolder(place(), name)).toBe(below(name))
  })

  test.for([
    '..',
    'a/../..',
    'a//b',
    'a/',
    '',
    '.git',
    'a\0b',
    'a\nb',
    'con',
    'NUL.txt',
    'a.',
    'a ',
    'C:\\x',
    'a\\b',
    'x'.repeat(81),
  ])('%j is refused', (name) => {
    expect(() => recordingFolder(place(), name)).toThrow(expect.objectContaining({ code: 'RTK_RECORDING' }))
  })

  test('a path is taken as it is', () => {
    expect(recordingFolder(place(), '/elsewhere/booking')).toBe('/elsewhere/booking')
    expect(recordingFolder(place(), './booking')).toBe(join(process.cwd(), 'booking'))
    expect(recordingFolder(place(), '../booking')).toBe(join(process.cwd(), '../booking'))
    expect(() => recordingFolder(place(), '/else\0where')).toThrow('NUL')
  })
})

describe('names of tests', () => {
  const cases = [
    ['hours', 'hours'],
    ['opening hours', 'opening-hours'],
    ['desk > opening hours', 'desk-opening-hours'],
    ['Öffnungszeiten', 'Öffnungszeiten'],
  ] as const
  test.for(cases)('%s', ([name, folder]) => {
    expect(recordingFolder(place(name))).toBe(below(folder))
  })

  test.for(['../../etc/passwd', 'a/b', '…', 'what?', 'con', 'x'.repeat(300), 'call +15550100199', 'tab\tstop'])(
    '%j gets a hash',
    (name) => {
      const folder = recordingFolder(place(name))
      expect(folder.slice(0, -7)).toMatch(/^\/project\/test\/__recordings__\/[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u)
      expect(folder).toMatch(/-[0-9a-f]{6}$/)
      expect(folder).not.toContain('5550100')
    },
  )

  test('names that would look the same lie apart', () => {
    const names = ['a b', 'a: b', 'a; b', 'a-b?', 'a/b']
    expect(new Set(names.map((name) => recordingFolder(place(name)))).size).toBe(names.length)
  })

  test('no test, no name', () => {
    expect(() => recordingFolder(place(''))).toThrow('no test to call it after')
  })
})
