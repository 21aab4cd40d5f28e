// The SDP answer: mirrors the offer, the same for the same call, and no address in it.

import { describe, expect, test } from 'vitest'
import { answerTo, readOffer } from '../../src/rest/sdp-answer.ts'
import { audioSection, channelSection, offerOf, pageOffer, videoSection } from './support/offers.ts'

const callId = `rtc_${'ab12'.repeat(8)}`
const answer = (offer: string, id = callId): string[] => answerTo(readOffer(offer), id).split('\r\n')
const from = (lines: string[], start: string): string[] => lines.slice(lines.findIndex((line) => line.startsWith(start)))

test('the answer to a page', () => {
  expect(answerTo(readOffer(pageOffer), callId).replaceAll('\r\n', '\n')).toMatchInlineSnapshot(`
    "v=0
    o=- 188096667888402 2 IN IP4 127.0.0.1
    s=-
    t=0 0
    a=ice-lite
    a=group:BUNDLE 0 1
    m=audio 9 UDP/TLS/RTP/SAVPF 111
    c=IN IP4 0.0.0.0
    a=rtpmap:111 opus/48000/2
    a=fmtp:111 minptime=10;useinbandfec=1
    a=rtcp:9 IN IP4 0.0.0.0
    a=setup:passive
    a=mid:0
    a=msid:dH6dipqtdC4zdZqV audio
    a=sendrecv
    a=ice-ufrag:ZQLk8KZ1BzmdvfJb
    a=ice-pwd:Z4e4BvSnYr1UteGJkjqu41Ich8tkaEvj
    a=fingerprint:sha-256 08:63:17:F1:AB:0E:F6:3D:74:94:9B:4A:B3:D0:D1:E0:FA:0E:F8:C1:67:CC:E8:95:C6:BB:9D:B9:26:40:EE:5B
    a=rtcp-mux
    m=application 9 UDP/DTLS/SCTP webrtc-datachannel
    c=IN IP4 0.0.0.0
    a=setup:passive
    a=mid:1
    a=ice-ufrag:ZQLk8KZ1BzmdvfJb
    a=ice-pwd:Z4e4BvSnYr1UteGJkjqu41Ich8tkaEvj
    a=fingerprint:sha-256 08:63:17:F1:AB:0E:F6:3D:74:94:9B:4A:B3:D0:D1:E0:FA:0E:F8:C1:67:CC:E8:95:C6:BB:9D:B9:26:40:EE:5B
    a=sctp-port:5000
    a=max-message-size:262144
    "
  `)
})

test('the same call has the same answer, another call another identity', () => {
  expect(answer(pageOffer)).toEqual(answer(pageOffer))
  const other = answer(pageOffer, `rtc_${'cd34'.repeat(8)}`)
  for (const name of ['a=ice-ufrag', 'a=ice-pwd', 'a=fingerprint']) {
    expect(from(other, name)[0]).not.toBe(from(answer(pageOffer), name)[0])
  }
})

test('it names no address but those of nowhere and of this machine', () => {
  const lines = answer(pageOffer)
  expect(lines.join('\n').match(/\d+\.\d+\.\d+\.\d+/g)).toSatisfy((found: string[]) =>
    found.every((address) => address === '0.0.0.0' || address === '127.0.0.1'),
  )
  expect(lines.filter((line) => line.startsWith('a=candidate'))).toEqual([])
})

test('what it cannot do is turned down, in its place', () => {
  const lines = answer(offerOf(videoSection, audioSection, channelSection))
  expect(lines.filter((line) => line.startsWith('m='))).toEqual([
    'm=video 0 UDP/TLS/RTP/SAVPF 96',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  ])
  expect(lines).toContain('a=group:BUNDLE 0 1')
})

describe('sound', () => {
  const audio = (change: (line: string) => string | undefined): string =>
    offerOf(audioSection.map(change).filter((line) => line !== undefined))
  test.for([
    ['Opus where it comes first', '111 0 8', ['111', 'a=rtpmap:111 opus/48000/2']],
    ['PCMU', '0 111', ['0', 'a=rtpmap:0 PCMU/8000']],
    ['PCMA behind what is unknown', '9 8 0', ['8', 'a=rtpmap:8 PCMA/8000']],
  ] as const)('%s', ([, payloads, [payload, map]]) => {
    const lines = answer(audio((line) => (line.startsWith('m=') ? `m=audio 9 UDP/TLS/RTP/SAVPF ${payloads}` : line)))
    expect(lines).toContain(`m=audio 9 UDP/TLS/RTP/SAVPF ${payload}`)
    expect(lines.filter((line) => line.startsWith('a=rtpmap'))).toEqual([map])
  })

  test('payloads that RTP fixes need no map', () => {
    const bare = audio((line) => (/^a=(?:rtpmap|fmtp|rtcp-fb)/.test(line) ? undefined : line))
    expect(answer(bare)).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 0')
    expect(answer(bare)).toContain('a=rtpmap:0 PCMU/8000')
  })

  test.for([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ] as const)('%s is answered by %s', ([offered, answered]) => {
    const lines = answer(audio((line) => (line === 'a=sendrecv' ? `a=${offered}` : line)))
    expect(lines).toContain(`a=${answered}`)
    expect(lines.some((line) => line.startsWith('a=msid:'))).toBe(answered.startsWith('send'))
  })

  test('a client that waits for us is called', () => {
    expect(answer(pageOffer.replaceAll('a=setup:actpass', 'a=setup:passive'))).toContain('a=setup:active')
  })
})

describe('offers that cannot be answered', () => {
  const fault = (offer: string): unknown => {
    try {
      return answer(offer)
    } catch (error) {
      return error
    }
  }
  test.for([
    ['nothing', ''],
    ['no SDP', 'hello\r\n'],
    ['JSON', '{"type":"offer","sdp":"v=0"}'],
    ['no sections', offerOf()],
    ['video only', offerOf(videoSection)],
    ['no codec that the service speaks', offerOf(['m=audio 9 UDP/TLS/RTP/SAVPF 9', ...audioSection.slice(1)])],
    ['no ICE name', pageOffer.replaceAll(/a=ice-ufrag.*\r\n/g, '')],
    ['no fingerprint', pageOffer.replaceAll(/a=fingerprint.*\r\n/g, '')],
    ['no mid', pageOffer.replaceAll(/a=mid.*\r\n/g, '')],
    ['no origin', pageOffer.replace(/o=.*\r\n/, '')],
  ] as const)('%s', ([, offer]) => {
    expect(fault(offer)).toMatchObject({
      status: 400,
      fault: { code: 'invalid_offer', message: expect.stringMatching(/^Invalid SDP offer\. Please try again/) },
    })
  })

  test('one that was trimmed, in the words of the parser', () => {
    expect(fault(pageOffer.trim())).toMatchObject({
      status: 400,
      fault: { code: 'invalid_offer', message: 'Failed to parse offer: failed to unmarshal SDP: EOF' },
    })
  })

  test('identity may stand in the session part', () => {
    const lines = pageOffer.split('\r\n')
    const own = lines.filter((line) => /^a=(?:ice-(?:ufrag|pwd)|fingerprint|setup)/.test(line))
    const rest = lines.filter((line) => !own.includes(line))
    const moved = [...rest.slice(0, 5), ...new Set(own), ...rest.slice(5)].join('\r\n')
    expect(answer(moved)).toContain('a=setup:passive')
  })
})
