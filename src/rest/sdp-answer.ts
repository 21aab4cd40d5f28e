// The SDP answer to a WebRTC offer. No media flows here: the answer is what a browser accepts, its ids come from the call's,
// and it names no address, so that nothing is ever sent anywhere.

/// <reference path="./sdp-transform.d.ts" />

import { type Attributes, type Media, parse, type SessionDescription, write } from 'sdp-transform'
import { createIds } from '../protocol/ids.ts'
import { invalidOffer, unfinishedOffer } from './rest-fault.ts'

/** What the service can hear and say, and the payloads that RTP fixes for some. */
const codecs = ['opus', 'PCMU', 'PCMA']
const staticPayloads: Readonly<Record<number, string>> = { 0: 'PCMU', 8: 'PCMA' }
/** "Discard": where no address is known yet. */
const noPort = 9
const sctpPort = 5000
const maxMessageSize = 262_144

/** An offer that can be answered. */
export type Offer = SessionDescription

/**
 * Reads an offer.
 *
 * @throws RestFault 400 when it is no SDP, or lacks what an answer needs
 */
export function readOffer(text: string): Offer {
  if (!/^v=0\r?$/m.test(text.slice(0, 4))) throw invalidOffer('it does not begin with v=0')
  if (!text.endsWith('\n')) throw unfinishedOffer()
  const offer = parse(text)
  if (!offer.origin) throw invalidOffer('it has no o= line')
  const usable = offer.media.filter(isUsable)
  if (!usable.length) throw invalidOffer('it has neither audio in Opus, PCMU or PCMA nor a data channel')
  for (const media of usable) {
    const missing = missingAttribute(offer, media)
    if (missing) throw invalidOffer(`a=${missing} is missing`)
  }
  return offer
}

function missingAttribute(offer: Offer, media: Media): string | undefined {
  const has = (name: keyof Attributes): boolean => (media[name] ?? offer[name]) !== undefined
  if (media.mid === undefined) return 'mid'
  if (!has('iceUfrag')) return 'ice-ufrag'
  if (!has('icePwd')) return 'ice-pwd'
  if (!has('fingerprint')) return 'fingerprint'
  return undefined
}

/**
 * The answer: the sections of the offer in their order, audio with the first codec that the service speaks, the data channel, and
 * everything else turned down. `callId` seeds what is random.
 */
export function answerTo(offer: Offer, callId: string): string {
  const chance = createIds(seedOf(callId), () => 0)
  const letters = (): string => chance.callId().slice('call_'.length)
  const ours: Attributes = {
    iceUfrag: letters(),
    icePwd: letters() + letters(),
    fingerprint: { type: 'sha-256', hash: fingerprint(chance.rtcCallId() + chance.rtcCallId()) },
  }
  const streamId = letters()
  const media = offer.media.map((section) => {
    if (!isUsable(section)) return turnedDown(section)
    const shared = { ...ours, setup: (section.setup ?? offer.setup) === 'passive' ? 'active' : 'passive' }
    return section.type === 'audio' ? audio(section, { offer, shared, streamId }) : dataChannel(section, shared)
  })
  const mids = offer.media.filter(isUsable).map(({ mid }) => mid)
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: String(seedOf(callId)),
      sessionVersion: 2,
      netType: 'IN',
      ipVer: 4,
      address: '127.0.0.1',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    ...(isBundled(offer) && { groups: [{ type: 'BUNDLE', mids: mids.join(' ') }] }),
    icelite: 'ice-lite',
    media,
  })
}

function isBundled({ groups = [] }: Offer): boolean {
  return groups.some(({ type }) => type === 'BUNDLE')
}

function isUsable(media: Media): boolean {
  if (media.port === 0) return false
  if (media.type === 'audio') return codecOf(media) !== undefined
  return media.type === 'application' && media.payloads === 'webrtc-datachannel'
}

interface Codec {
  readonly payload: number
  readonly codec: string
  readonly rate?: number
  readonly encoding?: string | number
}

/** The first codec of the offer that the service speaks. */
function codecOf({ payloads, rtp }: Media): Codec | undefined {
  for (const payload of String(payloads).split(' ').map(Number)) {
    const mapped = rtp.find((one) => one.payload === payload)
    const name = mapped?.codec ?? staticPayloads[payload]
    const codec = codecs.find((one) => one.toLowerCase() === name?.toLowerCase())
    if (codec) return mapped ?? { payload, codec, rate: 8000 }
  }
  return undefined
}

interface Shared {
  readonly offer: Offer
  readonly shared: Attributes
  readonly streamId: string
}

function audio(section: Media, { offer, shared, streamId }: Shared): Media {
  const codec = codecOf(section)!
  const direction = answerDirection(section.direction ?? offer.direction)
  return {
    ...skeleton(section),
    port: noPort,
    payloads: String(codec.payload),
    ...shared,
    rtcp: { port: noPort, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    direction,
    ...(direction.startsWith('send') && { msid: [{ id: streamId, appdata: 'audio' }] }),
    rtcpMux: 'rtcp-mux',
    rtp: [codec],
    fmtp: section.fmtp.filter(({ payload }) => payload === codec.payload),
  }
}

function dataChannel(section: Media, shared: Attributes): Media {
  return { ...skeleton(section), port: noPort, payloads: 'webrtc-datachannel', ...shared, sctpPort, maxMessageSize }
}

/** Port 0: the section keeps its place, and nothing comes of it. */
function turnedDown(section: Media): Media {
  return { ...skeleton(section), port: 0, payloads: String(section.payloads ?? ''), direction: 'inactive' }
}

function skeleton({ type, protocol, mid }: Media): Media {
  const connection = { version: 4, ip: '0.0.0.0' }
  return { type, port: 0, protocol, connection, rtp: [], fmtp: [], ...(mid !== undefined && { mid }) }
}

function answerDirection(offered = 'sendrecv'): string {
  if (offered === 'sendonly') return 'recvonly'
  return offered === 'recvonly' ? 'sendonly' : offered
}

/** 64 hexadecimal digits as SDP writes them: AB:CD:… */
function fingerprint(text: string): string {
  const hex = text.replaceAll('rtc_', '').toUpperCase()
  return hex.match(/../g)!.join(':')
}

/** 48 bits of the call's id: what a number holds without loss. */
function seedOf(callId: string): number {
  return Number.parseInt(callId.replace(/^\w*?_/, '').slice(0, 12), 16) || 1
}
